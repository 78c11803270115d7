import Tensors

/// The gradients of a rank's shards, written by the backward pass and read by the reducer.
final class LeafBuffers {
    /// The start of each gradient.
    let inputs: TreeSum.Inputs
    private let elementCount: Int
    private let memory: AlignedBuffer

    init(count: Int, elementCount: Int) {
        let stride = AlignedBuffer.aligned(elementCount)
        let memory = AlignedBuffer(count: count * stride)
        inputs = .allocate(capacity: count)
        _ = inputs.initialize(fromContentsOf: (0..<count).map { memory.slice.base + $0 * stride })
        self.memory = memory
        self.elementCount = elementCount
    }

    deinit { inputs.deallocate() }

    var count: Int { inputs.count }

    subscript(index: Int) -> TensorSlice { TensorSlice(base: inputs[index], count: elementCount) }
}
