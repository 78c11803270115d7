import Foundation
package import Processes

/// A launch's folder on one machine.
///
/// The launcher and the ranks hold a shared lock on the folder while they use it. If the folder can be locked
/// exclusively, its launch has been killed. Process numbers wouldn't do: containers have their own.
package struct SessionFolder {
    static let prefix = "swift-dp-train-"
    /// The sticky bit distinguishes the launcher's own folder from one that was created here for a launcher on another
    /// host, where some time passes until ranks lock it.
    private static let launcherMode: mode_t = 0o1700
    private static let remoteMode: mode_t = 0o700
    private static let remoteSeconds = 600.0

    private let path: String

    /// - Parameter path: The folder, inside of the folder for all sessions.
    package init(_ path: String) {
        self.path = path
    }

    /// Creates the launcher's own folder, which must not exist yet, and removes those of killed launches.
    ///
    /// - Returns: The launcher's lock; nil if the file system has no locks.
    /// - Throws: `LaunchError.session`.
    package func make() throws(LaunchError) -> FileLock? {
        sweep()
        guard mkdir(path, Self.launcherMode) == 0 else { throw failure(errno) }
        return try? FileLock.take(path, .shared)
    }

    /// Creates the folder for a launcher on another host, unless it exists.
    ///
    /// - Throws: `LaunchError.session`, also if something else is there, or a folder of another user.
    package func makeForAnotherHost() throws(LaunchError) {
        guard path.contains("/" + Self.prefix) else { throw .session(path: path, reason: "it is no launch's folder") }
        sweep()
        guard mkdir(path, Self.remoteMode) != 0 else { return }
        guard errno == EEXIST else { throw failure(errno) }
        guard isOwn else { throw .session(path: path, reason: "something else lies there") }
    }

    /// Removes the folder if it belongs to this user.
    package func remove() {
        guard path.contains("/" + Self.prefix), isOwn else { return }
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Removes the folders beside this one that aren't in use.
    private func sweep() {
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        where name.wholeMatch(of: /swift-dp-train-\d+-\d+/) != nil {
            let other = SessionFolder("\(parent)/\(name)")
            if other.path != path, other.isOwn, other.isLeft { try? FileManager.default.removeItem(atPath: other.path) }
        }
    }

    /// Whether it is a folder of this user that others can't enter.
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
