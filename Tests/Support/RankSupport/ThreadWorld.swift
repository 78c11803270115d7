import Collectives
import Foundation

/// One thread's part in a collective: the memory that it reads and writes.
struct Contribution: @unchecked Sendable {
    var sent = UnsafeRawBufferPointer(start: nil, count: 0)
    var sentLayout: BlockLayout?
    var received = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    var receivedLayout: BlockLayout?

    func sentFloats(ofBlock rank: Int) -> UnsafeBufferPointer<Float> {
        let block = sentLayout?.block(ofRank: rank) ?? 0..<0
        let start = sent.baseAddress?.assumingMemoryBound(to: Float.self)
        return UnsafeBufferPointer(start: start.map { $0 + block.lowerBound }, count: block.count)
    }

    func floats(ofBlock rank: Int) -> UnsafeMutableBufferPointer<Float> {
        let block = receivedLayout?.block(ofRank: rank) ?? 0..<0
        let start = received.baseAddress?.assumingMemoryBound(to: Float.self)
        return UnsafeMutableBufferPointer(start: start.map { $0 + block.lowerBound }, count: block.count)
    }
}

extension UnsafeMutableBufferPointer<Float> {
    func update(from source: UnsafeBufferPointer<Float>) {
        precondition(source.count == count, "block of \(source.count) floats sent, \(count) expected")
        _ = update(fromContentsOf: source)
    }

    func update(from source: UnsafeMutableBufferPointer<Float>) { update(from: UnsafeBufferPointer(source)) }
}

/// The state shared by the threads of a `ThreadCommunicator`: a lock, and the calls that not all ranks have made yet.
///
/// The last rank to make a call moves the data of all ranks under the lock, so that a complete call's data is visible.
final class ThreadWorld: @unchecked Sendable {
    let size: Int
    private let lock = NSLock()
    private var open: [UInt64: (operation: CollectiveOperation, ranks: [Contribution?])] = [:]
    private var memories: [UInt64: SharedMemory] = [:]
    private var statuses: [RankStatus?]

    init(size: Int) {
        self.size = size
        statuses = Array(repeating: nil, count: size)
    }

    func contribute(
        _ contribution: Contribution,
        ofRank rank: Int,
        to call: CollectiveCall,
        completion: ([Contribution]) -> Void
    ) {
        lock.withLock {
            var (operation, ranks) = open[call.sequence] ?? (call.operation, Array(repeating: nil, count: size))
            precondition(operation == call.operation, "rank \(rank) calls \(call), others call \(operation)")
            ranks[rank] = contribution
            let present = ranks.compactMap(\.self)
            open[call.sequence] = (operation, ranks)
            if present.count == size {
                completion(present)
                open[call.sequence] = nil
            }
        }
    }

    /// Whether all ranks have made a call that this rank has made.
    func isComplete(_ call: CollectiveCall) -> Bool { lock.withLock { open[call.sequence] == nil } }

    func sharedMemory(for call: CollectiveCall, _ allocate: () -> SharedMemory) -> SharedMemory {
        lock.withLock {
            let memory = memories[call.sequence] ?? allocate()
            memories[call.sequence] = memory
            return memory
        }
    }

    /// Whether a rank has reached its deadline.
    var isAlarmed: Bool { lock.withLock { statuses.contains { $0 != nil } } }

    /// Publishes this rank's status and gives the others a moment to publish theirs.
    func exchange(_ status: RankStatus, ofRank rank: Int) -> [RankStatus?] {
        lock.withLock { statuses[rank] = status }
        let end = Date(timeIntervalSinceNow: 2)
        while lock.withLock({ statuses.contains(nil) }) && Date() < end { Thread.sleep(forTimeInterval: 0.001) }
        return lock.withLock { statuses }
    }
}

/// Collects the threads' results for the thread that started them.
final class ResultBoard<Value: Sendable>: @unchecked Sendable {
    private let condition = NSCondition()
    private var results: [Result<Value, any Error>?]

    init(count: Int) { results = Array(repeating: nil, count: count) }

    func store(_ result: Result<Value, any Error>, at index: Int) {
        condition.withLock {
            results[index] = result
            condition.signal()
        }
    }

    func wait() -> [Result<Value, any Error>] {
        condition.withLock {
            while results.contains(where: { $0 == nil }) { condition.wait() }
            return results.compactMap(\.self)
        }
    }
}
