import CVectorKernels
import Kernels
import Tensors

/// Memory for 36 matrices of limited size, one for each position of a transformed tile.
struct PositionBlock: Sendable {
    static let positionCount = 36

    /// Floats from one matrix to the next: the matrix's size and one more cache line, because with a power of two an
    /// element's 36 values would share a few lines of the cache.
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
