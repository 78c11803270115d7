package import Collectives
package import Tensors

extension TensorSlice {
    /// The floats as bytes.
    package var bytes: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(floats)
    }

    /// The floats as a buffer.
    var floats: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: base, count: count) }
}

extension Communicator {
    /// Sends the root's floats to all ranks.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - slice: The root's floats, which the others receive; of the same length on all ranks.
    ///   - root: The rank that sends.
    /// - Throws: `CollectiveError`.
    package func broadcast(_ slice: TensorSlice, from root: Int) throws(CollectiveError) {
        try broadcast(slice.bytes, from: root)
    }
}
