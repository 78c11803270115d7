import Processes
import Synchronization

/// The stored values of images of one shape, one record per image, in memory or in mapped files that all processes of a
/// machine share.
package final class PixelStorage: Sendable {
    /// The types of values.
    package enum Element: String, Sendable, Codable {
        case uint8, float32

        /// Bytes of a value.
        package var byteCount: Int { self == .uint8 ? 1 : 4 }

        /// The value of full brightness.
        var maximum: Float { self == .uint8 ? 255 : 1 }
    }

    /// Records at equal distances in memory.
    struct Segment: @unchecked Sendable {
        /// The first record.
        let start: UnsafeRawPointer
        /// Bytes from one record to the next.
        let stride: Int
        /// The number of records.
        let count: Int
    }

    /// The type of values.
    package let element: Element
    /// Bytes of a record.
    package let recordByteCount: Int
    /// The number of records in all segments.
    package let count: Int

    let segments: [Segment]
    private let files: [MappedFile]
    private let memory: Memory?
    private let verifier: RecordVerifier?
    /// Whether the files don't fit into memory together with everything else.
    private let isLargerThanMemory: Bool

    /// Memory that belongs to the storage.
    private final class Memory: Sendable {
        nonisolated(unsafe) let bytes: UnsafeMutableRawBufferPointer

        nonisolated(unsafe) let start: UnsafeMutableRawPointer

        init(byteCount: Int) {
            start = .allocate(byteCount: max(byteCount, 1), alignment: 64)
            bytes = UnsafeMutableRawBufferPointer(start: start, count: byteCount)
        }

        deinit { start.deallocate() }
    }

    /// Stores complete records in memory.
    ///
    /// - Parameters:
    ///   - element: The type of values.
    ///   - recordByteCount: Bytes of a record, at least 1.
    ///   - bytes: The bytes of the records.
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

    /// Uses records in mapped files.
    ///
    /// - Parameters:
    ///   - element: The type of values.
    ///   - recordByteCount: Bytes of a record.
    ///   - parts: For each file, where the first record begins, the distance to the next, and the number of records;
    ///     all of them must be within the file.
    ///   - verifier: Checks each record before its first use; by default nothing is checked.
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

    /// The bytes of a record, valid as long as this object lives.
    func record(_ index: Int) -> UnsafeRawBufferPointer {
        precondition((0..<count).contains(index), "PixelStorage: record \(index) found, below \(count) needed")
        let start = segments.withUnsafeBufferPointer { Self.start(ofRecord: index, in: $0) }
        return UnsafeRawBufferPointer(start: start, count: recordByteCount)
    }

    /// The start of a record, which must be in one of the segments.
    static func start(ofRecord index: Int, in segments: UnsafeBufferPointer<Segment>) -> UnsafeRawPointer {
        var (rest, segment) = (index, 0)
        while rest >= segments[segment].count {
            rest -= segments[segment].count
            segment += 1
        }
        return segments[segment].start + rest * segments[segment].stride
    }

    /// Checks a record before its first use, if checksums are known.
    ///
    /// `checkReads` reports a record that differs.
    func verify(_ index: Int) { verifier?.verify(index, record(index)) }

    /// Asks the system to read records that are needed soon, unless they are in memory already.
    ///
    /// - Parameter indices: The records.
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

    /// Whether the system may have to read records, because the files are too large to stay in memory or are not read
    /// yet.
    var readsAhead: Bool { isLargerThanMemory || verifier != nil }

    /// Checks that the records read so far were stored correctly.
    ///
    /// - Throws: `DatasetError` if a record had another checksum, or a file has been written to.
    func checkReads() throws(DatasetError) {
        if let failure = verifier?.failure { throw failure }
        for file in files { try file.checkUnchanged() }
    }
}
