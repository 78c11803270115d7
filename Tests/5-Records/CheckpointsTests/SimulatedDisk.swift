import Checkpoints
import Foundation
import Synchronization
import TestSupport

/// A file system in memory that can lose everything that was not synchronized.
final class SimulatedDisk: FileSystem {
    /// What is lost in a power failure.
    enum Loss: Hashable {
        /// Nothing: only the process was killed.
        case nothing
        /// New entries and renames are kept, but their bytes are lost.
        case bytes
        /// Bytes are kept, but new entries and renames are lost.
        case entries
        /// Everything that was not synchronized.
        case everything
        /// Each file and folder has a random state that it had since it was last synchronized.
        case random(seed: UInt64)
    }

    /// The states of a file or folder since it was last synchronized; the last one is the present state.
    fileprivate enum Node {
        case file([[UInt8]])
        case folder([[String: Int]])
    }

    fileprivate struct State {
        var nodes: [Int: Node] = [0: .folder([[:]])]
        var nextNumber = 1
        var openFiles: [Int32: Int] = [:]
    }

    private let state = Mutex(State())

    func crash(_ loss: Loss) {
        state.withLock { state in
            state.openFiles = [:]
            var generator = SplitMix64(seed: 0)
            if case .random(let seed) = loss { generator = SplitMix64(seed: seed) }
            for number in state.nodes.keys.sorted() {
                switch state.nodes[number] {
                case .file(let history):
                    state.nodes[number] = .file([survivor(history, loss, lost: [.bytes, .everything], &generator)])
                case .folder(let history):
                    state.nodes[number] = .folder([survivor(history, loss, lost: [.entries, .everything], &generator)])
                case nil: break
                }
            }
        }
    }

    private func survivor<Content>(
        _ history: [Content],
        _ loss: Loss,
        lost: Set<Loss>,
        _ generator: inout SplitMix64
    ) -> Content {
        if case .random = loss { return history[Int.random(in: 0..<history.count, using: &generator)] }
        return lost.contains(loss) ? history[0] : history[history.count - 1]
    }

    func createFolder(_ path: String) throws(FileSystemError) {
        try insert(.folder([[:]]), at: path)
    }

    func createFile(_ path: String) throws(FileSystemError) -> OpenFile {
        let number = try insert(.file([[]]), at: path)
        state.withLock { $0.openFiles[Int32(number)] = number }
        return OpenFile(descriptor: Int32(number), path: path)
    }

    func write(_ bytes: ArraySlice<UInt8>, to file: OpenFile) throws(FileSystemError) {
        state.withLock { state in
            guard let number = state.openFiles[file.descriptor], case .file(let history) = state.nodes[number],
                let content = history.last
            else { return }
            let half = content + bytes.prefix(bytes.count / 2)
            state.nodes[number] = .file(history + [half, content + bytes])
        }
    }

    func synchronize(_ file: OpenFile) throws(FileSystemError) {
        state.withLock { state in
            guard let number = state.openFiles[file.descriptor] else { return }
            state.synchronize(number)
        }
    }

    func close(_ file: OpenFile) throws(FileSystemError) {
        state.withLock { $0.openFiles[file.descriptor] = nil }
    }

    func synchronizeFolder(_ path: String) throws(FileSystemError) {
        let number = try number(path, "synchronize folder")
        state.withLock { $0.synchronize(number) }
    }

    func rename(_ path: String, to destination: String) throws(FileSystemError) {
        let number = try number(path, "rename")
        if let target = try? self.number(destination, "rename"), case .folder(let history) = node(target),
            history.last?.isEmpty == false
        {
            throw FileSystemError(operation: "rename", path: path, code: ENOTEMPTY)
        }
        let (folder, name) = try parent(path)
        let (newFolder, newName) = try parent(destination)
        state.withLock { state in
            state.change(folder) { entries in
                entries[name] = nil
                if newFolder == folder { entries[newName] = number }
            }
            if newFolder != folder { state.change(newFolder) { $0[newName] = number } }
        }
    }

    func remove(_ path: String) throws(FileSystemError) {
        if case .folder(let history) = node(try number(path, "remove")), history.last?.isEmpty == false {
            throw FileSystemError(operation: "remove", path: path, code: ENOTEMPTY)
        }
        let (folder, name) = try parent(path)
        state.withLock { $0.change(folder) { $0[name] = nil } }
    }

    func list(_ path: String) throws(FileSystemError) -> [String] {
        guard case .folder(let history) = node(try number(path, "list")) else {
            throw FileSystemError(operation: "list", path: path, code: ENOTDIR)
        }
        return history.last.map { Array($0.keys) } ?? []
    }

    func byteCount(_ path: String) throws(FileSystemError) -> Int {
        try content(path).count
    }

    func read(_ path: String, byteCount: Int) throws(FileSystemError) -> [UInt8] {
        Array(try content(path).prefix(byteCount))
    }

    private func content(_ path: String) throws(FileSystemError) -> [UInt8] {
        guard case .file(let history) = node(try number(path, "read")) else {
            throw FileSystemError(operation: "read", path: path, code: EISDIR)
        }
        return history.last ?? []
    }

    private func node(_ number: Int) -> Node? { state.withLock { $0.nodes[number] } }

    private func number(_ path: String, _ operation: String) throws(FileSystemError) -> Int {
        var number = 0
        for name in path.split(separator: "/") where name != "." {
            guard case .folder(let history) = node(number), let next = history.last?[String(name)] else {
                throw FileSystemError(operation: operation, path: path, code: ENOENT)
            }
            number = next
        }
        return number
    }

    private func parent(_ path: String) throws(FileSystemError) -> (number: Int, name: String) {
        let names = path.split(separator: "/")
        return (try number(names.dropLast().joined(separator: "/"), "open folder"), names.last.map(String.init) ?? "")
    }

    @discardableResult
    private func insert(_ node: Node, at path: String) throws(FileSystemError) -> Int {
        let (folder, name) = try parent(path)
        if (try? number(path, "create")) != nil {
            throw FileSystemError(operation: "create", path: path, code: EEXIST)
        }
        return state.withLock { state in
            let number = state.nextNumber
            state.nextNumber += 1
            state.nodes[number] = node
            state.change(folder) { $0[name] = number }
            return number
        }
    }
}

extension SimulatedDisk.State {
    fileprivate mutating func synchronize(_ number: Int) {
        switch nodes[number] {
        case .file(let history): nodes[number] = .file(history.suffix(1))
        case .folder(let history): nodes[number] = .folder(history.suffix(1))
        case nil: break
        }
    }

    fileprivate mutating func change(_ folder: Int, _ body: (inout [String: Int]) -> Void) {
        guard case .folder(let history) = nodes[folder], var entries = history.last else { return }
        body(&entries)
        nodes[folder] = .folder(history + [entries])
    }
}
