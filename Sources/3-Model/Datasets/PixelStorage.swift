import Synchronization

/// The stored values of many images of one shape, one record an image: in memory, or in files that all processes of a
/// machine map and share.
package final class PixelStorage: Sendable {
    /// The kinds of values.
    package enum Element: String, Sendable, Codable {
        case uint8, float32

        /// Bytes of a value.
        package var byteCount: Int { self == .uint8 ? 1 : 4 }
    }

    /// Records at equal distances.
    struct Segment: @unchecked Sendable {
        /// The first record.
        let start: UnsafeRawPointer
        /// Bytes from one record to the next.
        let stride: Int
        /// How many records there are.
        let count: Int
    }

    /// The kind of values.
    package let element: Element
    /// Bytes of a record.
    package let recordByteCount: Int
    /// How many records there are in all segments.
    package let count: Int

    let segments: [Segment]
    private let files: [MappedFile]
    private let memory: Memory?
    private let verifier: RecordVerifier?
    /// Whether the files don't fit into memory beside all else.
    private let isLargerThanMemory: Bool

    /// Memory of its own.
    private final class Memory: Sendable {
        nonisolated(unsafe) let bytes: UnsafeMutableRawBufferPointer

        nonisolated(unsafe) let start: UnsafeMutableRawPointer

        init(byteCount: Int) {
            start = .allocate(byteCount: max(byteCount, 1), alignment: 64)
            bytes = UnsafeMutableRawBufferPointer(start: start, count: byteCount)
        }

        deinit { start.deallocate() }
    }

    /// Keeps whole records in memory.
    ///
    /// - Parameters:
    ///   - element: The kind of values.
    ///   - recordByteCount: Bytes of a record, at least 1.
    ///   - bytes: Record after record.
    package init(element: Element = .uint8, recordByteCount: Int, bytes: some Collection<UInt8>) {
        let memory = Memory(byteCount: bytes.count)
        memory.bytes.copyBytes(from: bytes)
        self.element = element
        self.recordByteCount = recordByteCount
        self.memory = memory
        count = bytes.count / recordByteCount
        segments = [Segment(start: UnsafeRawPointer(memory.start), stride: recordByteCount, count: count)]
        files = []
        verifier = nil
        isLargerThanMemory = false
    }

    /// Takes records out of mapped files.
    ///
    /// - Parameters:
    ///   - element: The kind of values.
    ///   - recordByteCount: Bytes of a record.
    ///   - parts: In each file, where the first record begins, the distance to the next, and how many there are: all within
    ///     the file.
    ///   - verifier: Checks each record before its first use; by default none is checked.
    init(
        element: Element,
        recordByteCount: Int,
        parts: [(file: MappedFile, offset: Int, stride: Int, count: Int)],
        verifier: RecordVerifier? = nil
    ) {
        for part in parts where part.count > 0 {
            let end = part.offset + (part.count - 1) * part.stride + recordByteCount
            precondition(
                end <= part.file.byteCount,
                "\(part.file.path): \(part.file.byteCount) bytes found, \(end) needed"
            )
        }
        self.element = element
        self.recordByteCount = recordByteCount
        segments = parts.map { Segment(start: $0.file.start + $0.offset, stride: $0.stride, count: $0.count) }
        files = parts.map(\.file)
        count = parts.reduce(0) { $0 + $1.count }
        memory = nil
        self.verifier = verifier
        isLargerThanMemory = parts.reduce(0) { $0 + $1.file.byteCount } > MemoryLimit.bytes / 2
    }

    /// Where a record is, while this object lives.
    func record(_ index: Int) -> UnsafeRawBufferPointer {
        precondition((0..<count).contains(index), "PixelStorage: record \(index) found, below \(count) needed")
        let start = segments.withUnsafeBufferPointer { Self.start(ofRecord: index, in: $0) }
        return UnsafeRawBufferPointer(start: start, count: recordByteCount)
    }

    /// Where a record begins; it must be in one of the segments.
    static func start(ofRecord index: Int, in segments: UnsafeBufferPointer<Segment>) -> UnsafeRawPointer {
        var (rest, segment) = (index, 0)
        while rest >= segments[segment].count {
            rest -= segments[segment].count
            segment += 1
        }
        return segments[segment].start + rest * segments[segment].stride
    }

    /// Checks a record before its first use, where checksums are known.
    ///
    /// A record that differs is told by `checkReads`.
    func verify(_ index: Int) { verifier?.verify(index, record(index)) }

    /// Asks the system for records that are needed soon, unless it has read them and had no reason to drop them.
    ///
    /// - Parameter indices: Records.
    func willRead(_ indices: some Sequence<Int>) {
        guard readsAhead else { return }
        for index in indices where isLargerThanMemory || verifier?.isVerified(index) == false {
            let place = record(index)
            guard let start = place.baseAddress else { continue }
            for file in files where start >= file.start && start < file.start + file.byteCount {
                file.willRead(start - file.start..<start - file.start + recordByteCount)
            }
        }
    }

    /// Whether the system may have to read records: their files are too large to stay, or some haven't been used yet.
    var readsAhead: Bool { isLargerThanMemory || verifier != nil }

    /// Makes sure that what was read is what was stored.
    ///
    /// - Throws: `DatasetError` where a record had another checksum, or a file was written to.
    func checkReads() throws(DatasetError) {
        if let failure = verifier?.failure { throw failure }
        for file in files { try file.checkUnchanged() }
    }
}
