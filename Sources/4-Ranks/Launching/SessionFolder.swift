import Foundation
import Processes

/// A launch's folder on one machine.
///
/// Whoever uses it, launcher or rank, holds a shared lock on it, so that a folder that can be locked alone is one whose
/// launch was killed. Numbers of processes would not do: containers count their own.
package struct SessionFolder {
    static let prefix = "swift-dp-train-"
    /// The sticky bit tells the launcher's own folder from one that was made here for a launcher on another host, where
    /// some time passes before ranks hold it.
    private static let launcherMode: mode_t = 0o1700
    private static let remoteMode: mode_t = 0o700
    private static let remoteSeconds = 600.0

    private let path: String

    /// - Parameter path: The folder, in the folder of all such.
    package init(_ path: String) {
        self.path = path
    }

    /// Makes the launcher's own, which must not be there yet, and removes what launches before have left.
    ///
    /// - Returns: The lock that the launcher holds; nil where the file system knows none.
    /// - Throws: `LaunchError.session`.
    func make() throws(LaunchError) -> FileLock? {
        sweep()
        guard mkdir(path, Self.launcherMode) == 0 else { throw failure(errno) }
        return try? FileLock.take(path, .shared)
    }

    /// Makes the folder for a launcher on another host, which may have made it before.
    ///
    /// - Throws: `LaunchError.session` also where something else, or somebody else's, lies there.
    package func makeForAnotherHost() throws(LaunchError) {
        guard path.contains("/" + Self.prefix) else { throw .session(path: path, reason: "it is no launch's folder") }
        sweep()
        guard mkdir(path, Self.remoteMode) != 0 else { return }
        guard errno == EEXIST else { throw failure(errno) }
        guard isOwn else { throw .session(path: path, reason: "something else lies there") }
    }

    /// Removes the folder, if it is this user's.
    package func remove() {
        guard path.contains("/" + Self.prefix), isOwn else { return }
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Removes the folders beside this one that nobody uses.
    private func sweep() {
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        where name.wholeMatch(of: /swift-dp-train-\d+-\d+/) != nil {
            let other = SessionFolder("\(parent)/\(name)")
            if other.path != path, other.isOwn, other.isLeft { try? FileManager.default.removeItem(atPath: other.path) }
        }
    }

    /// Whether it is a folder of this user's, which nobody else may enter.
    private var isOwn: Bool {
        guard let status else { return false }
        return status.st_uid == geteuid() && status.st_mode & S_IFMT == S_IFDIR && status.st_mode & 0o077 == 0
    }

    private var isLeft: Bool {
        guard let status, let lock = (try? FileLock.take(path)) ?? nil else { return false }
        defer { lock.release() }
        let seconds = Date().timeIntervalSince1970 - Double(status.st_mtim.tv_sec)
        return status.st_mode & 0o7777 == Self.launcherMode || seconds > Self.remoteSeconds
    }

    private var status: stat? {
        var status = stat()
        return lstat(path, &status) == 0 ? status : nil
    }

    private func failure(_ code: Int32) -> LaunchError { .session(path: path, reason: String(cString: strerror(code))) }
}
