#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

enum Environment {
    static func has(_ name: String) -> Bool { getenv(name) != nil }

    /// Ends the process without running exit handlers, which could wait for ranks that are gone.
    static func exitNow(_ code: Int32) -> Never { _exit(code) }

    /// Bytes that can still be written below a folder; nil when the folder cannot be asked.
    static func freeBytes(below folder: String) -> Int? {
        var information = statvfs()
        guard statvfs(folder, &information) == 0 else { return nil }
        return Int(information.f_bavail) * Int(information.f_frsize)
    }
}
