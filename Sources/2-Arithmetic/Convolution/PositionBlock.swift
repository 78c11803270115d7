import CVectorKernels
import Kernels
import Tensors

/// Memory for 36 matrices, one for each position of a transformed tile, of at most one size.
struct PositionBlock: Sendable {
    static let positionCount = 36

    /// Floats from one matrix to the next: one cache line more than it takes, because a power of two would put an
    /// element's 36 values into the same few lines of a cache.
    let positionStride: Int

    init(_ rows: Int, _ columns: Int) {
        positionStride = AlignedBuffer.aligned(rows * columns) + AlignedBuffer.alignedFloatCount
    }

    var count: Int { Self.positionCount * positionStride }

    /// The matrix at a position of the block that starts at `start`.
    func matrix(_ start: UnsafeMutablePointer<Float>, _ position: Int, _ rows: Int, _ columns: Int) -> MatrixView {
        let elements = TensorSlice(base: start + position * positionStride, count: rows * columns)
        return MatrixView(elements, rows: rows, columns: columns)
    }

    /// Tiles and channels whose transforms fill the block.
    func chunk(_ tiles: Range<Int>, _ channels: Range<Int>) -> WinogradChunk {
        WinogradChunk(
            firstTile: tiles.lowerBound,
            tileCount: tiles.count,
            firstChannel: channels.lowerBound,
            channelCount: channels.count,
            positionStride: positionStride
        )
    }
}
