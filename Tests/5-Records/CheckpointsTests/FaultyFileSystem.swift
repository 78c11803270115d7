import Checkpoints
import Foundation
import Synchronization

/// Passes calls on to another file system until a given call, which fails.
final class FaultyFileSystem: FileSystem {
    /// The fault, and the call at which it begins.
    enum Fault: Hashable {
        /// No fault: calls are only counted.
        case none
        /// One call fails.
        case call(Int, code: Int32)
        /// The process is killed in a call: this call and all later ones fail.
        ///
        /// A write writes half of its bytes.
        case killed(atCall: Int)
        /// All calls that would change something fail.
        case changes(code: Int32)
    }

    private let base: any FileSystem
    private let fault: Fault
    private let calls = Mutex(0)

    init(_ base: any FileSystem, _ fault: Fault = .none) {
        self.base = base
        self.fault = fault
    }

    var callCount: Int { calls.withLock { $0 } }

    func createFolder(_ path: String) throws(FileSystemError) {
        try count("create folder", path)
        try base.createFolder(path)
    }

    func createFile(_ path: String) throws(FileSystemError) -> OpenFile {
        try count("create", path)
        return try base.createFile(path)
    }

    func write(_ bytes: ArraySlice<UInt8>, to file: OpenFile) throws(FileSystemError) {
        do {
            try count("write", file.path)
        } catch {
            if case .killed(callCount - 1) = fault { try base.write(bytes.prefix(bytes.count / 2), to: file) }
            throw error
        }
        try base.write(bytes, to: file)
    }

    func synchronize(_ file: OpenFile) throws(FileSystemError) {
        try count("synchronize", file.path)
        try base.synchronize(file)
    }

    func close(_ file: OpenFile) throws(FileSystemError) {
        try? base.close(file)
        try count("close", file.path)
    }

    func synchronizeFolder(_ path: String) throws(FileSystemError) {
        try count("synchronize folder", path)
        try base.synchronizeFolder(path)
    }

    func rename(_ path: String, to destination: String) throws(FileSystemError) {
        try count("rename", path)
        try base.rename(path, to: destination)
    }

    func remove(_ path: String) throws(FileSystemError) {
        try count("remove", path)
        try base.remove(path)
    }

    func list(_ path: String) throws(FileSystemError) -> [String] {
        try count("list", path, changes: false)
        return try base.list(path)
    }

    func byteCount(_ path: String) throws(FileSystemError) -> Int {
        try count("read", path, changes: false)
        return try base.byteCount(path)
    }

    func read(_ path: String, byteCount: Int) throws(FileSystemError) -> [UInt8] {
        try count("read", path, changes: false)
        return try base.read(path, byteCount: byteCount)
    }

    private func count(_ operation: String, _ path: String, changes: Bool = true) throws(FileSystemError) {
        let call = calls.withLock { calls in
            defer { calls += 1 }
            return calls
        }
        let code: Int32? =
            switch fault {
            case .call(call, let code): code
            case .changes(let code) where changes: code
            case .killed(let first) where call >= first: EIO
            default: nil
            }
        if let code { throw FileSystemError(operation: operation, path: path, code: code) }
    }
}
