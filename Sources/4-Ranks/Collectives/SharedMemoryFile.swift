#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file in memory that the ranks of one machine map: its pages are reserved before anybody touches them.
///
/// MPI's own shared windows are not reserved. Where several programs find the same space free and use it, they end
/// with SIGBUS.
final class SharedMemoryFile {
    /// Where each rank's region lies in the file, in bytes.
    struct Layout {
        /// The region of each rank, from a page's start to its end.
        let regions: [Range<Int>]
        /// What each rank asked for.
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

    /// Makes a file of its final size without pages; nil where there is no room or no such folder.
    static func make(_ layout: Layout) -> SharedMemoryFile? {
        // Something is left for what other programs, Open MPI among them, need without asking.
        guard let free = Environment.freeBytes(below: folder), free > layout.byteCount + layout.byteCount / 8 else {
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

    /// Opens what another rank has made; nil where this process doesn't see it, or somebody else's lies there.
    static func open(_ path: String) -> SharedMemoryFile? {
        let descriptor = systemOpen(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0)
        guard descriptor >= 0 else { return nil }
        let file = SharedMemoryFile(path: path, descriptor: descriptor)
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_uid == geteuid() ? file : nil
    }

    /// Takes the name away; the file lives as long as somebody has it open or mapped.
    func unlink() { _ = systemUnlink(path) }

    /// Has the system promise the pages of a region, which are zero.
    func reserve(_ region: Range<Int>) -> Bool {
        #if os(Linux)
            var code = EINTR
            while code == EINTR { code = posix_fallocate(descriptor, off_t(region.lowerBound), off_t(region.count)) }
            return code == 0
        #else
            return true
        #endif
    }

    /// Maps all regions; nil where there are no addresses left.
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

// The C functions whose names the type's methods hide.
private let systemOpen: @Sendable (String, Int32, mode_t) -> Int32 = { open($0, $1, $2) }
private let systemUnlink: @Sendable (String) -> Int32 = { unlink($0) }
