import Synchronization

/// How far each local shard's gradient is final: written by the threads that compute it, read by the reducer.
final class ReadyMarks: @unchecked Sendable {
    private let offsets: UnsafeMutableBufferPointer<Atomic<Int>>
    private let elementCount: Int

    init(shardCount: Int, elementCount: Int) {
        offsets = .allocate(capacity: shardCount)
        self.elementCount = elementCount
        for index in offsets.indices { offsets.initializeElement(at: index, to: Atomic(elementCount)) }
    }

    deinit { offsets.deallocate() }

    /// Marks all gradients as not final.
    func reset() {
        for index in offsets.indices { offsets[index].store(elementCount, ordering: .relaxed) }
    }

    /// Marks a shard's gradient as final from `offset` on.
    func mark(shard: Int, from offset: Int) { offsets[shard].store(offset, ordering: .releasing) }

    /// Whether every shard's gradient is final from `offset` on.
    func areReady(from offset: Int) -> Bool {
        offsets.indices.allSatisfy { offsets[$0].load(ordering: .acquiring) <= offset }
    }
}
