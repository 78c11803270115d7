public import Collectives
public import Tensors

extension TensorSlice {
    /// The floats as they lie in memory.
    var bytes: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(floats)
    }

    /// The floats as a buffer.
    var floats: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: base, count: count) }
}

extension Communicator {
    /// Sends the root's floats to all.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - slice: What the root sends and the others receive; of one length on all ranks.
    ///   - root: The rank that sends.
    /// - Throws: `CollectiveError`.
    public func broadcast(_ slice: TensorSlice, from root: Int) throws(CollectiveError) {
        try broadcast(slice.bytes, from: root)
    }
}
