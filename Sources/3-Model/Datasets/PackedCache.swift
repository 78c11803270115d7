import Foundation
package import ImageFiles

#if canImport(System)
    import Darwin
    import System
#else
    import Glibc
    import SystemPackage
#endif

/// A cache of packed images, so that the pictures of folders and tables are decoded only once.
///
/// The name of a file is the digest of its sources: the pictures' names, lengths and modification times, and the way
/// they are resized. One process packs; others that want the same images wait for it.
package struct PackedCache: Sendable {
    private let folder: String

    /// The cache in the given folder.
    ///
    /// - Parameter folder: By default `packed` in the folder of data sets.
    package init(folder: String = DataRoot.path(requested: nil) + "/packed") { self.folder = folder }

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

    /// Waits until no other process is packing here.
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

    /// Removes unfinished files of killed processes.
    ///
    /// Only the holder of the lock writes here.
    private func removeParts() throws(DatasetError) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.contains(".images.part-") { try FileChange.remove("\(folder)/\(name)") }
    }
}
