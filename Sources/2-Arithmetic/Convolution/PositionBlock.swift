import CVectorKernels
import Kernels
import Tensors

/// Memory for matrices of limited size, one for each position of a transformed tile or of transformed weights.
struct PositionBlock: Sendable {
    /// The number of matrices.
    let positionCount: Int
    /// Floats from one matrix to the next: the matrix's size and one more cache line, because with a power of two an
    /// element's values would share a few lines of the cache.
    let positionStride: Int

    init(_ positionCount: Int, _ rows: Int, _ columns: Int) {
        self.positionCount = positionCount
        positionStride = AlignedBuffer.aligned(rows * columns) + AlignedBuffer.alignedFloatCount
    }

    var count: Int { positionCount * positionStride }

    /// The matrix at a position of the block that starts at `start`.
    func matrix(_ start: UnsafeMutablePointer<Float>, _ position: Int, _ rows: Int, _ columns: Int) -> MatrixView {
        let elements = TensorSlice(base: start + position * positionStride, count: rows * columns)
        return MatrixView(elements, rows: rows, columns: columns)
    }

    /// The tiles and channels whose transforms fill the block, and the taps that the window is for.
    func chunk(_ tiles: Range<Int>, _ channels: Range<Int>, _ taps: WinogradBlocks.Taps) -> WinogradChunk {
        WinogradChunk(
            firstTile: tiles.lowerBound,
            tileCount: tiles.count,
            firstChannel: channels.lowerBound,
            channelCount: channels.count,
            firstTapRow: taps.rows.lowerBound,
            firstTapColumn: taps.columns.lowerBound,
            positionStride: positionStride
        )
    }
}
