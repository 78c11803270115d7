import Foundation
package import ImageFiles

#if canImport(System)
    import Darwin
    import System
#else
    import Glibc
    import SystemPackage
#endif

/// Packed images of folders and tables, kept so that they are decoded once.
///
/// A file's name is the digest of what it was made of: the pictures' names, lengths and times of change, and how they are
/// resized. One process packs; others that want the same wait for it.
package struct PackedCache: Sendable {
    private let folder: String

    /// The cache in a folder.
    ///
    /// - Parameter folder: By default `packed` in the folder of data sets.
    package init(folder: String = DataRoot.path(requested: nil) + "/packed") { self.folder = folder }

    /// Finds a data set's packed images, or packs them.
    ///
    /// - Parameters:
    ///   - listing: The pictures.
    ///   - resizing: The size they all get.
    ///   - channels: 1 for gray, 3 for red, green and blue.
    ///   - report: Receives the progress where there is something to do.
    /// - Returns: The packed images.
    /// - Throws: `DatasetError`.
    package func images(
        of listing: ImageListing,
        resizing: Resizing,
        channels: Int,
        report: @escaping @Sendable (ImagePacking.Progress) -> Void
    ) throws(DatasetError) -> PackedImages {
        let key = try listing.fingerprint().hexadecimal.prefix(32)
        let way = "\(channels)x\(resizing.height)x\(resizing.width)-\(resizing.mode.rawValue)"
        let path = "\(folder)/\(key)-\(way).images"
        if let packed = try? PackedImages(path: path) { return packed }
        try FileChange.attempt(folder) {
            try FileManager.default.createDirectory(atPath: $0, withIntermediateDirectories: true)
        }
        let lock = try lock("\(folder)/.lock")
        defer { try? lock.close() }
        if let packed = try? PackedImages(path: path) { return packed }
        try removeParts()
        try ImagePacking(listing: listing, resizing: resizing, channels: channels).run(to: path, report: report)
        guard try listing.fingerprint().hexadecimal.prefix(32) == key else {
            try FileChange.remove(path)
            throw .changed(path: listing.source)
        }
        return try PackedImages(path: path)
    }

    /// Waits until no other process packs here.
    private func lock(_ path: String) throws(DatasetError) -> FileDescriptor {
        do {
            let file = try FileDescriptor.open(
                FilePath(path),
                .readWrite,
                options: [.create, .closeOnExec],
                permissions: .ownerReadWrite
            )
            while flock(file.rawValue, LOCK_EX) != 0 {
                let reason = Errno(rawValue: errno)
                guard reason == .interrupted else {
                    try? file.close()
                    throw reason
                }
            }
            return file
        } catch {
            throw .unwritable(path: path, reason: "\(error)")
        }
    }

    /// Removes what a killed process left; whoever holds the lock is the only one to write here.
    private func removeParts() throws(DatasetError) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.contains(".images.part-") { try FileChange.remove("\(folder)/\(name)") }
    }
}
