import Tracing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A rank's status in a file, which tells the launcher how far a killed rank had come.
///
/// The rank maps the file into memory, so that updating it needs no system call.
package enum StatusFile {
    private static let byteCount = 4096

    /// The file of a rank's status.
    ///
    /// - Parameters:
    ///   - rank: The rank.
    ///   - folder: The folder for the ranks of one start.
    /// - Returns: The path.
    package static func path(ofRank rank: Int, in folder: String) -> String { "\(folder)/\(name(ofRank: rank))" }

    /// Reads the last status of a rank.
    ///
    /// - Parameters:
    ///   - rank: The rank.
    ///   - folder: The folder for the ranks of one start.
    /// - Returns: The status; nil if the rank wrote none.
    package static func read(rank: Int, in folder: String) -> RankStatus? {
        let descriptor = open(path(ofRank: rank, in: folder), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return withUnsafeTemporaryAllocation(byteCount: MemoryLayout<RankStatus>.size, alignment: 16) { bytes in
            guard pread(descriptor, bytes.baseAddress, bytes.count, 0) == bytes.count else { return nil }
            return RankStatus(decoding: UnsafeRawBufferPointer(bytes))
        }
    }

    /// Creates a rank's file and maps it; nil if that isn't possible.
    package static func map(rank: Int, in folder: String) -> UnsafeMutablePointer<RankStatus>? {
        guard let descriptor = make(rank: rank, in: folder) else { return nil }
        defer { close(descriptor) }
        // Reserved blocks can't be missing later, when the status is written.
        guard ftruncate(descriptor, off_t(byteCount)) == 0, reserve(descriptor) else { return nil }
        let memory = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        guard let memory, memory != MAP_FAILED else { return nil }
        return memory.bindMemory(to: RankStatus.self, capacity: 1)
    }

    /// Creates a rank's file in a folder that belongs to this user; links that others have put there aren't followed.
    private static func make(rank: Int, in folder: String) -> Int32? {
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard directory >= 0 else { return nil }
        defer { close(directory) }
        var status = stat()
        guard fstat(directory, &status) == 0, status.st_uid == geteuid(), status.st_mode & 0o077 == 0 else {
            return nil
        }
        // On other machines than the launcher's, the file of an earlier start may still be there.
        unlinkat(directory, name(ofRank: rank), 0)
        let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let descriptor = openat(directory, name(ofRank: rank), flags, 0o600)
        return descriptor >= 0 ? descriptor : nil
    }

    private static func name(ofRank rank: Int) -> String { "rank-\(rank).status" }

    private static func reserve(_ descriptor: Int32) -> Bool {
        #if os(Linux)
            posix_fallocate(descriptor, 0, off_t(byteCount)) == 0
        #else
            true
        #endif
    }
}

extension RankStatus {
    /// Decodes a status from another process's memory; nil if the bytes are invalid.
    fileprivate init?(decoding bytes: UnsafeRawBufferPointer) {
        func field<Value: BitwiseCopyable>(_ path: PartialKeyPath<RankStatus>, as type: Value.Type) -> Value? {
            MemoryLayout<RankStatus>.offset(of: path).map { bytes.loadUnaligned(fromByteOffset: $0, as: type) }
        }
        guard let step = field(\.step, as: UInt64.self),
            let firstStep = field(\.firstStep, as: UInt64.self),
            let phase = field(\.phase, as: UInt8.self).flatMap(Phase.init),
            let operation = field(\.lastCollective.operation, as: UInt8.self).flatMap(CollectiveOperation.init),
            let sequence = field(\.lastCollective.sequence, as: UInt64.self)
        else { return nil }
        self.step = step
        self.firstStep = firstStep
        self.phase = phase
        lastCollective = CollectiveCall(operation: operation, sequence: sequence)
    }
}
