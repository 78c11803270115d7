import Synchronization

/// How far backward has come in each local shard: written by the threads that run it, read by the reducer.
final class ReadyMarks: @unchecked Sendable {
    private let offsets: UnsafeMutableBufferPointer<Atomic<Int>>
    private let elementCount: Int

    init(shardCount: Int, elementCount: Int) {
        offsets = .allocate(capacity: shardCount)
        self.elementCount = elementCount
        for index in offsets.indices { offsets.initializeElement(at: index, to: Atomic(elementCount)) }
    }

    deinit { offsets.deallocate() }

    /// Nothing is ready any more.
    func reset() {
        for index in offsets.indices { offsets[index].store(elementCount, ordering: .relaxed) }
    }

    /// Everything in a shard from `offset` on is final.
    func mark(shard: Int, from offset: Int) { offsets[shard].store(offset, ordering: .releasing) }

    /// Whether every shard is final from `offset` on.
    func areReady(from offset: Int) -> Bool {
        offsets.indices.allSatisfy { offsets[$0].load(ordering: .acquiring) <= offset }
    }
}
