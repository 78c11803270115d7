#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file in memory that the ranks of one machine map, whose pages are reserved in advance.
///
/// The pages of MPI's own shared windows are not reserved. If several programs see the same free space and use it, they
/// end with SIGBUS.
final class SharedMemoryFile {
    /// The place of each rank's region in the file, in bytes.
    struct Layout {
        /// The region of each rank, in whole pages.
        let regions: [Range<Int>]
        /// The size that each rank asked for.
        let byteCounts: [Int]

        init(byteCounts: [Int]) {
            self.byteCounts = byteCounts
            var end = 0
            regions = byteCounts.map { count in
                let pages = max(1, (count + SharedMemory.alignment - 1) / SharedMemory.alignment)
                defer { end += pages * SharedMemory.alignment }
                return end..<end + pages * SharedMemory.alignment
            }
        }

        var byteCount: Int { regions.last?.upperBound ?? 0 }
    }

    private static let folder = "/dev/shm"

    let path: String
    private let descriptor: Int32

    private init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// The free space in the folder's file system, in bytes; nil if it is unknown.
    private static var freeBytes: Int? {
        var information = statvfs()
        guard statvfs(folder, &information) == 0 else { return nil }
        return Int(information.f_bavail) * Int(information.f_frsize)
    }

    /// Creates a file of its final size, without pages; nil if there is no space or no such folder.
    static func make(_ layout: Layout) -> SharedMemoryFile? {
        // Leaves some space for other programs, including Open MPI, which use it without asking.
        guard let free = freeBytes, free > layout.byteCount + layout.byteCount / 8 else {
            return nil
        }
        let path = "\(folder)/swift-dp-train-memory-\(getpid())-\(UInt64.random(in: 0...(.max)))"
        let descriptor = systemOpen(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        let file = SharedMemoryFile(path: path, descriptor: descriptor)
        guard ftruncate(descriptor, off_t(layout.byteCount)) == 0 else {
            file.unlink()
            return nil
        }
        return file
    }

    /// Opens a file that another rank created; nil if this process doesn't see it, or if it is another user's.
    static func open(_ path: String) -> SharedMemoryFile? {
        let descriptor = systemOpen(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0)
        guard descriptor >= 0 else { return nil }
        let file = SharedMemoryFile(path: path, descriptor: descriptor)
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_uid == geteuid() ? file : nil
    }

    /// Removes the name; the file exists as long as a process has it open or mapped.
    func unlink() { _ = systemUnlink(path) }

    /// Reserves the pages of a region, which are zero.
    func reserve(_ region: Range<Int>) -> Bool {
        #if os(Linux)
            var code = EINTR
            while code == EINTR { code = posix_fallocate(descriptor, off_t(region.lowerBound), off_t(region.count)) }
            return code == 0
        #else
            return true
        #endif
    }

    /// Maps all regions; nil if there is no address space left.
    func map(_ layout: Layout) -> SharedMemory? {
        let start = mmap(nil, layout.byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        guard let start, start != MAP_FAILED else { return nil }
        let regions = zip(layout.regions, layout.byteCounts).map { region, count in
            UnsafeMutableRawBufferPointer(start: start + region.lowerBound, count: count)
        }
        let address = Int(bitPattern: start)
        return SharedMemory(regions: regions) {
            if let start = UnsafeMutableRawPointer(bitPattern: address) { munmap(start, layout.byteCount) }
        }
    }
}

// The C functions, whose names are hidden by the type's methods.
private let systemOpen: @Sendable (String, Int32, mode_t) -> Int32 = { open($0, $1, $2) }
private let systemUnlink: @Sendable (String) -> Int32 = { unlink($0) }
