import ArrayFiles
import Synchronization

/// Checks each record's checksum at its first use, so that a set of any size is ready immediately.
final class RecordVerifier: Sendable {
    private let path: String
    private let checksum: @Sendable (Int) -> UInt32
    private nonisolated(unsafe) let isDone: UnsafeMutablePointer<Atomic<Bool>>
    private let count: Int
    private let firstFailure = Mutex<DatasetError?>(nil)

    /// - Parameters:
    ///   - path: The file's name in the error.
    ///   - count: The number of records.
    ///   - checksum: The CRC-32 of each record.
    init(path: String, count: Int, checksum: @escaping @Sendable (Int) -> UInt32) {
        self.path = path
        self.count = count
        self.checksum = checksum
        isDone = .allocate(capacity: max(count, 1))
        for index in 0..<count { (isDone + index).initialize(to: Atomic(false)) }
    }

    deinit {
        isDone.deinitialize(count: count)
        isDone.deallocate()
    }

    /// The first wrong record that was found; nil if there was none.
    var failure: DatasetError? { firstFailure.withLock { $0 } }

    func isVerified(_ index: Int) -> Bool { isDone[index].load(ordering: .relaxed) }

    /// Several threads may verify at once; a record may then be verified twice.
    func verify(_ index: Int, _ record: UnsafeRawBufferPointer) {
        guard !isVerified(index) else { return }
        let (found, expected) = (Checksum.crc32(record), checksum(index))
        guard found == expected else {
            firstFailure.withLock { failure in
                failure =
                    failure ?? .damagedFile("\(path): damaged: record \(index) isn't what was packed; pack it again")
            }
            return
        }
        isDone[index].store(true, ordering: .relaxed)
    }
}
