import CVectorKernels
import Kernels

/// How Winograd's convolution divides a layer: the positions of a tile, the taps of the kernel, and the channels within
/// each group.
struct WinogradBlocks: Sendable {
    /// A position of a transformed tile.
    struct Position: Sendable {
        let tile: Int
        /// The position of the weights that it is multiplied by, and whether it is the first with these weights.
        let weight: Int
        let isFirst: Bool

        /// 6x6 at stride 1; at stride 2 9x9, of which the last four rows and columns have the same weights.
        static func of(_ shape: ConvolutionShape) -> [Position] {
            let (size, weightSize) = (shape.isStrided ? 9 : 6, 6)
            return (0..<size * size).map { tile in
                let (row, column) = (tile / size, tile % size)
                return Position(
                    tile: tile,
                    weight: min(row, weightSize - 1) * weightSize + min(column, weightSize - 1),
                    isFirst: row < weightSize && column < weightSize
                )
            }
        }
    }

    static let weightPositionCount = 36

    /// At most 3x3 neighbouring taps of the kernel; its rows and columns are cut at multiples of 3.
    struct Taps: Sendable {
        let rows: Range<Int>
        let columns: Range<Int>

        static func of(_ shape: ConvolutionShape) -> [Taps] {
            Chunks(of: 3, in: shape.kernelHeight).flatMap { rows in
                Chunks(of: 3, in: shape.kernelWidth).map { Taps(rows: rows, columns: $0) }
            }
        }
    }

    /// Input or output channels of one group that are computed together in cache.
    struct Channels: Sendable {
        let group: Int
        /// Their numbers in the layer, and in their group.
        let channels: Range<Int>
        let channelsOfGroup: Range<Int>

        static func of(groups: Int, count: Int, limit: Int) -> [Channels] {
            (0..<groups).flatMap { group in
                Chunks(of: limit, in: count).map { channels in
                    Channels(
                        group: group,
                        channels: group * count + channels.lowerBound..<group * count + channels.upperBound,
                        channelsOfGroup: channels
                    )
                }
            }
        }
    }

    let positions: [Position]
    let taps: [Taps]
    let inputs: [Channels]
    let outputs: [Channels]
    /// The largest number of channels of a block.
    let inputLimit: Int
    let outputLimit: Int

    init(_ shape: ConvolutionShape) {
        let limit = Int(winogradZeroBlock)
        inputLimit = min(shape.groupChannels, limit)
        outputLimit = min(shape.groupOutputs, limit)
        positions = Position.of(shape)
        taps = Taps.of(shape)
        inputs = Channels.of(groups: shape.groups, count: shape.groupChannels, limit: inputLimit)
        outputs = Channels.of(groups: shape.groups, count: shape.groupOutputs, limit: outputLimit)
    }
}
