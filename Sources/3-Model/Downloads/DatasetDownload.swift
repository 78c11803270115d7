package import Datasets
import Foundation
import Processes
import Subprocess

/// Downloads a published data set to its destination, completely or not at all.
///
/// Downloads are kept in `.part` files, which a later run continues. The data set is unpacked or assembled in a
/// separate folder and read before that folder is renamed to its destination. A lock keeps other downloads waiting.
package struct DatasetDownload: Sendable {
    /// Whether there was anything to do.
    package enum Outcome: Sendable, Equatable {
        /// The data set was downloaded.
        case fetched
        /// The complete data set was there already.
        case alreadyPresent
    }

    /// The folder with the data set's files.
    package let folder: String

    private let published: PublishedDataset
    private let curl: ExternalTool
    private let tar: ExternalTool

    /// Plans a download.
    ///
    /// - Parameters:
    ///   - published: The data set and its addresses.
    ///   - root: The folder that will contain the data set's folder; created if missing.
    package init(_ published: PublishedDataset, root: String) {
        self.init(published, root: root, curl: .curl, tar: .tar)
    }

    package init(_ published: PublishedDataset, root: String, curl: ExternalTool, tar: ExternalTool) {
        let name = published.folderName
        let isFolderItself = (root as NSString).lastPathComponent == name
        folder = isFolderItself ? root : "\(root)/\(name)"
        self.published = published
        self.curl = curl
        self.tar = tar
    }

    private var parent: String {
        let parent = (folder as NSString).deletingLastPathComponent
        return parent.isEmpty ? "." : parent
    }
    package var partFiles: [String] {
        published.sources.map { source in
            let prefix = published.isArchive ? "" : "\(published.workName)-"
            return "\(parent)/\(prefix)\(source.fileName).part"
        }
    }
    package var stagingFolder: String { "\(parent)/.\(published.workName)-unpacking" }

    private var stagedFolder: String { "\(stagingFolder)/\(published.folderName)" }

    /// Downloads, checks, unpacks, reads, renames.
    ///
    /// - Parameter report: Called with one line for each stage.
    /// - Returns: Whether the data set was downloaded or was there already.
    /// - Throws: `DatasetError`; the data set's folder is unchanged then.
    package func run(report: (String) -> Void) async throws(DatasetError) -> Outcome {
        try FileChange.attempt(parent) {
            try FileManager.default.createDirectory(atPath: $0, withIntermediateDirectories: true)
        }
        let lock = try await acquireLock(report: report)
        defer { lock.release() }
        if FileManager.default.fileExists(atPath: folder) {
            do {
                try published.check(folder)
            } catch {
                throw .occupied(path: folder, reason: error.problem)
            }
            return .alreadyPresent
        }
        try FileChange.remove(stagingFolder)
        for (source, part) in zip(published.sources, partFiles) {
            let transfer = Transfer(url: source.url, file: part, checksum: source.checksum, curl: curl, lock: lock)
            try await transfer.run(report: report)
        }
        report("\(published.isArchive ? "unpacking into" : "checking for") \(folder)")
        do {
            try await stage(holding: lock)
            try FileChange.syncFiles(in: stagedFolder)
            try FileChange.attempt(folder) { try FileManager.default.moveItem(atPath: stagedFolder, toPath: $0) }
        } catch {
            try FileChange.remove(stagingFolder)
            throw error
        }
        try FileChange.remove(stagingFolder)
        for part in partFiles { try FileChange.remove(part) }
        return .fetched
    }

    private func acquireLock(report: (String) -> Void) async throws(DatasetError) -> FileLock {
        let path = "\(parent)/.\(published.workName)-fetch.lock"
        do {
            return try await FileLock.acquire(path) { report("another fetch is under way; waiting for it") }
        } catch {
            throw .unwritable(path: path, reason: "\(error)")
        }
    }

    /// Assembles and reads the data set in the temporary folder.
    private func stage(holding lock: FileLock) async throws(DatasetError) {
        if published.isArchive {
            try await unpack(partFiles[0], holding: lock)
        } else {
            try FileChange.attempt(stagedFolder) {
                try FileManager.default.createDirectory(atPath: $0, withIntermediateDirectories: true)
            }
            for (source, part) in zip(published.sources, partFiles) {
                try FileChange.attempt("\(stagedFolder)/\(source.fileName)") {
                    try FileManager.default.linkItem(atPath: part, toPath: $0)
                }
            }
        }
        do {
            try published.check(stagedFolder)
        } catch {
            throw .damagedArchive(path: partFiles[0], reason: error.problem)
        }
    }

    private func unpack(_ archive: String, holding lock: FileLock) async throws(DatasetError) {
        let names = try await runTar(["--list", "--gzip", "--file", archive], of: archive, holding: lock)
        let details = try await runTar(
            ["--list", "--verbose", "--gzip", "--file", archive],
            of: archive,
            holding: lock
        )
        try ArchiveListing.check(names: names, details: details, archive: archive, folder: published.folderName)
        try FileChange.attempt(stagingFolder) {
            try FileManager.default.createDirectory(atPath: $0, withIntermediateDirectories: false)
        }
        let options = ["--no-same-owner", "--no-same-permissions", "--directory", stagingFolder]
        _ = try await runTar(["--extract", "--gzip", "--file", archive] + options, of: archive, holding: lock)
    }

    private func runTar(
        _ arguments: [String],
        of archive: String,
        holding lock: FileLock
    ) async throws(DatasetError) -> [UInt8] {
        let result = try await tar.run(arguments, holding: lock, messages: .string(limit: 1 << 20))
        guard result.exitCode == 0 else {
            let message = result.messages.split(separator: "\n").first.map(String.init)
            throw .damagedArchive(path: archive, reason: message ?? "tar ended with exit code \(result.exitCode)")
        }
        return result.output
    }
}
