#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

enum Environment {
    static func has(_ name: String) -> Bool { getenv(name) != nil }

    /// Ends the process without exit handlers, which could wait for dead ranks.
    static func exitNow(_ code: Int32) -> Never { _exit(code) }

    /// The free space in a folder's file system, in bytes; nil if it is unknown.
    static func freeBytes(below folder: String) -> Int? {
        var information = statvfs()
        guard statvfs(folder, &information) == 0 else { return nil }
        return Int(information.f_bavail) * Int(information.f_frsize)
    }
}
