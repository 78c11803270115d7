import Foundation
import Subprocess

/// Fetches CIFAR-10's official archive and puts the data set in its place, whole or not at all.
///
/// The archive arrives in a `.part` file, which a later run goes on with. It is unpacked into a folder of its own and
/// read before that folder is renamed into place. A lock keeps other fetches waiting.
public struct CIFAR10Download: Sendable {
    /// Where the authors offer the archive: 170,052,171 bytes.
    public static let officialURL = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"

    /// Whether there was anything to do.
    public enum Outcome: Sendable, Equatable {
        /// The data set was downloaded and put in place.
        case fetched
        /// A complete data set was there already.
        case alreadyPresent
    }

    /// The folder with the data set's six files.
    public let folder: String

    private let url: String
    private let checksum: FileChecksum
    private let recordsPerFile: Int
    private let curl: ExternalTool
    private let tar: ExternalTool

    /// Plans a download.
    ///
    /// - Parameters:
    ///   - root: The folder to hold `cifar-10-batches-bin`; made when it isn't there.
    ///   - url: Where the archive is.
    ///   - checksum: What the archive's digest must be.
    public init(root: String, url: String = officialURL, checksum: FileChecksum = .officialCIFAR10) {
        self.init(root: root, url: url, checksum: checksum, recordsPerFile: 10_000)
    }

    package init(
        root: String,
        url: String,
        checksum: FileChecksum,
        recordsPerFile: Int,
        curl: ExternalTool = .curl,
        tar: ExternalTool = .tar
    ) {
        folder = CIFAR10Reader.folder(under: root)
        self.url = url
        self.checksum = checksum
        self.recordsPerFile = recordsPerFile
        self.curl = curl
        self.tar = tar
    }

    private var parent: String {
        let parent = (folder as NSString).deletingLastPathComponent
        return parent.isEmpty ? "." : parent
    }
    package var partFile: String { parent + "/cifar-10-binary.tar.gz.part" }
    package var stagingFolder: String { parent + "/.cifar-10-unpacking" }

    /// Downloads, checks, unpacks, reads, renames.
    ///
    /// - Parameter report: Receives one line about each stage.
    /// - Returns: Whether the data set was fetched or there already.
    /// - Throws: `DatasetError`; the data set's folder is then as it was before.
    public func run(report: (String) -> Void) async throws(DatasetError) -> Outcome {
        try FileChange.attempt(parent) {
            try FileManager.default.createDirectory(atPath: $0, withIntermediateDirectories: true)
        }
        let lock = try await acquireLock(report: report)
        defer { lock.release() }
        if FileManager.default.fileExists(atPath: folder) {
            do {
                _ = try CIFAR10Reader(root: folder, recordsPerFile: recordsPerFile).read()
            } catch {
                throw .occupied(path: folder, reason: error.problem)
            }
            return .alreadyPresent
        }
        try FileChange.remove(stagingFolder)
        let transfer = Transfer(url: url, file: partFile, checksum: checksum, curl: curl, lock: lock)
        try await transfer.run(report: report)
        report("unpacking into \(folder)")
        do {
            try await unpack(holding: lock)
            try FileChange.syncFiles(in: "\(stagingFolder)/\(CIFAR10Reader.folderName)")
            try FileChange.attempt(folder) {
                try FileManager.default.moveItem(atPath: "\(stagingFolder)/\(CIFAR10Reader.folderName)", toPath: $0)
            }
        } catch {
            try FileChange.remove(stagingFolder)
            throw error
        }
        try FileChange.remove(stagingFolder)
        try FileChange.remove(partFile)
        return .fetched
    }

    private func acquireLock(report: (String) -> Void) async throws(DatasetError) -> FileLock {
        let path = parent + "/.cifar-10-fetch.lock"
        do {
            return try await FileLock.acquire(path) { report("another fetch is under way; waiting for it") }
        } catch {
            throw .unwritable(path: path, reason: "\(error)")
        }
    }

    private func unpack(holding lock: FileLock) async throws(DatasetError) {
        let names = try await runTar(["--list", "--gzip", "--file", partFile], holding: lock)
        let details = try await runTar(["--list", "--verbose", "--gzip", "--file", partFile], holding: lock)
        try ArchiveListing.check(names: names, details: details, archive: partFile, folder: CIFAR10Reader.folderName)
        try FileChange.attempt(stagingFolder) {
            try FileManager.default.createDirectory(atPath: $0, withIntermediateDirectories: false)
        }
        let options = ["--no-same-owner", "--no-same-permissions", "--directory", stagingFolder]
        _ = try await runTar(["--extract", "--gzip", "--file", partFile] + options, holding: lock)
        do {
            _ = try CIFAR10Reader(root: stagingFolder, recordsPerFile: recordsPerFile).read()
        } catch {
            throw .damagedArchive(path: partFile, reason: error.problem)
        }
    }

    private func runTar(_ arguments: [String], holding lock: FileLock) async throws(DatasetError) -> [UInt8] {
        let result = try await tar.run(arguments, holding: lock, messages: .string(limit: 1 << 20))
        guard result.exitCode == 0 else {
            let message = result.messages.split(separator: "\n").first.map(String.init)
            throw .damagedArchive(path: partFile, reason: message ?? "tar ended with exit code \(result.exitCode)")
        }
        return result.output
    }
}
