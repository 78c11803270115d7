import Foundation

#if canImport(System)
    import Darwin
    import System
#else
    import Glibc
    import SystemPackage
#endif

/// Inode, length and times of a file: a new stamp means that the file may have changed.
///
/// Writing to a file updates its change time (ctime), which programs can't set back.
struct FileStamp: Equatable, Sendable {
    private let identity: UInt64
    private let byteCount: Int
    private let modified: Time
    private let changed: Time

    private struct Time: Equatable, Sendable {
        let seconds: Int
        let nanoseconds: Int
    }

    /// Reads the stamp of a file.
    ///
    /// - Parameter path: The file; symbolic links are followed.
    /// - Throws: `DatasetError.missing` or `unreadable`.
    init(_ path: String) throws(DatasetError) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            let reason = Errno(rawValue: errno)
            throw [.noSuchFileOrDirectory, .notDirectory].contains(reason)
                ? .missing(path: path) : .unreadable(path: path, reason: "\(reason)")
        }
        #if canImport(Darwin)
            let (modification, change) = (status.st_mtimespec, status.st_ctimespec)
        #else
            let (modification, change) = (status.st_mtim, status.st_ctim)
        #endif
        identity = UInt64(status.st_ino)
        byteCount = Int(status.st_size)
        modified = Time(seconds: modification.tv_sec, nanoseconds: modification.tv_nsec)
        changed = Time(seconds: change.tv_sec, nanoseconds: change.tv_nsec)
    }

    /// The latest of its times, in whole seconds since 1970.
    var newestSeconds: Int { max(modified.seconds, changed.seconds) }

    /// A text that is equal only for equal stamps.
    var text: String {
        "\(identity) \(byteCount) \(modified.seconds).\(modified.nanoseconds) \(changed.seconds).\(changed.nanoseconds)"
    }
}
