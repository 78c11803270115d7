import Synchronization

/// The communication of the ranks of one machine through shared memory: each one's progress and control record.
///
/// Every rank writes to the start of its own region only. Counters never decrease, so that a slow reader doesn't miss
/// anything: a step adds one for its beginning and one for each bucket.
final class StepBoard: @unchecked Sendable {
    /// The size of the board at the start of every region, in bytes.
    static let byteCount = 4096

    /// The counters of a rank's progress, each in a cache line of its own.
    enum Progress: Int {
        /// The buckets in which this rank's gradients are final.
        case ready = 0
        /// The buckets of which this rank has added its slice.
        case summed = 64
    }

    private static let recordOffset = 128
    private static let recordStride = 64

    private let regions: [UnsafeMutableRawPointer]
    private let rank: Int
    private let countsPerStep: Int
    private var stepCount = -1

    /// - Parameters:
    ///   - regions: The start of each rank's zeroed region.
    ///   - rank: This rank.
    ///   - bucketCount: The number of buckets in a step.
    init(regions: [UnsafeMutablePointer<Float>], rank: Int, bucketCount: Int) {
        self.regions = regions.map { UnsafeMutableRawPointer($0) }
        self.rank = rank
        countsPerStep = bucketCount + 1
    }

    /// Starts a step with this rank's record.
    func begin(_ control: ControlRecord) {
        stepCount += 1
        record(ofRank: rank).initialize(to: control)
        publish(.ready, bucketCount: 0)
        publish(.summed, bucketCount: 0)
    }

    /// Tells the others how many buckets of this step this rank has completed.
    func publish(_ progress: Progress, bucketCount: Int) {
        counter(progress, ofRank: rank).pointee.store(count(bucketCount), ordering: .releasing)
    }

    /// Whether every rank has completed this number of buckets in this step.
    func haveAll(_ progress: Progress, bucketCount: Int) -> Bool {
        regions.indices.allSatisfy {
            counter(progress, ofRank: $0).pointee.load(ordering: .acquiring) >= count(bucketCount)
        }
    }

    /// A rank's record of this step, valid once the rank has begun it.
    ///
    /// Records of even and odd steps are in different places: a rank may begin a step while others still read its
    /// previous record, but none can be two steps ahead.
    func record(ofRank rank: Int) -> UnsafeMutablePointer<ControlRecord> {
        (regions[rank] + Self.recordOffset + stepCount % 2 * Self.recordStride)
            .assumingMemoryBound(to: ControlRecord.self)
    }

    private func count(_ bucketCount: Int) -> Int { stepCount * countsPerStep + 1 + bucketCount }

    private func counter(_ progress: Progress, ofRank rank: Int) -> UnsafeMutablePointer<Atomic<Int>> {
        (regions[rank] + progress.rawValue).assumingMemoryBound(to: Atomic<Int>.self)
    }
}
