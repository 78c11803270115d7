import Crypto
package import Foundation
package import ImageFiles
import Processes

/// A cache of packed images, so that pictures and arrays are decoded only once, and a machine holds one copy of them.
///
/// The name of a packed file is the SHA-256 of everything that determines it: the bytes of its source files, and how they
/// are converted. Small notes map file stamps (`FileStamp`) to that digest: if no stamp has changed, no source file is
/// read; files that were only copied or touched are read, but not decoded again. One process packs; others that want the
/// same images wait for it.
package struct PackedCache: Sendable {
    private let folder: String
    private let now: @Sendable () -> Date

    /// The cache in the given folder.
    ///
    /// - Parameters:
    ///   - folder: By default `packed` in the folder of data sets.
    ///   - now: The current time, by the clock that sets the files' times.
    package init(
        folder: String = DataRoot.path(requested: nil) + "/packed",
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.folder = folder
        self.now = now
    }

    /// Finds the packed images of a data set, or packs them.
    ///
    /// - Parameters:
    ///   - listing: The pictures.
    ///   - resizing: The size of all images.
    ///   - channels: 1 for gray, 3 for RGB.
    ///   - report: Called with the progress if there is something to do.
    /// - Returns: The packed images.
    /// - Throws: `DatasetError`.
    package func images(
        of listing: ImageListing,
        resizing: Resizing,
        channels: Int,
        report: @escaping @Sendable (PackingProgress) -> Void
    ) throws(DatasetError) -> PackedImages {
        try images(of: ImagePacking(listing: listing, resizing: resizing, channels: channels), report: report)
    }

    func images(
        of source: some PackedSource,
        report: @escaping @Sendable (PackingProgress) -> Void
    ) throws(DatasetError) -> PackedImages {
        let stamps = try Self.stamps(source.paths)
        let note = note(of: source, stamps)
        if let packed = noted(note, source) { return packed }
        try FileChange.attempt(folder) {
            try FileManager.default.createDirectory(atPath: $0, withIntermediateDirectories: true)
        }
        let lock = try lock("\(folder)/.lock")
        defer { lock.release() }
        if let packed = noted(note, source) { return packed }
        let startSeconds = Int(now().timeIntervalSince1970)
        let digest = Self.key(
            [source.recipe] + (try ContentDigest.digests(of: source.paths, report: report)).map(\.hexadecimal)
        )
        let path = path(digest, source)
        if (try? PackedImages(path: path)) == nil {
            try removeParts()
            try source.run(to: path, report: report)
        }
        for (file, stamp) in zip(source.paths, stamps) {
            guard try FileStamp(file) != stamp else { continue }
            try FileChange.remove(path)
            throw .changed(path: file)
        }
        // File times are coarse: a file that was written a moment ago can be written again and keep its stamp.
        if !stamps.contains(where: { $0.newestSeconds >= startSeconds - 2 }) {
            try FileChange.attempt(note) { try Data(digest.utf8).write(to: URL(filePath: $0), options: .atomic) }
        }
        return try PackedImages(path: path)
    }

    private static func stamps(_ paths: [String]) throws(DatasetError) -> [FileStamp] {
        var stamps: [FileStamp] = []
        stamps.reserveCapacity(paths.count)
        for path in paths { stamps.append(try FileStamp(path)) }
        return stamps
    }

    /// Half of a SHA-256, which is enough to distinguish the files of one cache.
    private static func key(_ texts: [String]) -> String {
        var hash = SHA256()
        for text in texts { hash.update(data: Array("\(text)\n".utf8)) }
        return String(hash.finalize().hexadecimal.prefix(32))
    }

    private func note(of source: some PackedSource, _ stamps: [FileStamp]) -> String {
        "\(folder)/\(Self.key([source.recipe] + stamps.map(\.text))).note"
    }

    private func path(_ digest: String, _ source: some PackedSource) -> String {
        "\(folder)/\(digest)-\(source.way).images"
    }

    /// The packed images to which a note refers; nil if there is no note, or the file is missing or damaged.
    private func noted(_ note: String, _ source: some PackedSource) -> PackedImages? {
        guard let digest = try? String(contentsOfFile: note, encoding: .utf8) else { return nil }
        return try? PackedImages(path: path(digest, source))
    }

    /// Waits until no other process is packing here.
    private func lock(_ path: String) throws(DatasetError) -> FileLock {
        do {
            return try FileLock.wait(path)
        } catch {
            throw .unwritable(path: path, reason: "\(error)")
        }
    }

    /// Removes unfinished files of killed processes.
    ///
    /// Only the holder of the lock writes here.
    private func removeParts() throws(DatasetError) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.contains(".images.part-") { try FileChange.remove("\(folder)/\(name)") }
    }
}
