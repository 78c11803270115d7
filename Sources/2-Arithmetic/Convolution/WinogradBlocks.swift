import CVectorKernels
import Kernels

/// How Winograd's convolution divides a layer: the taps of the kernel, and the channels within each group.
struct WinogradBlocks: Sendable {
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
        taps = Taps.of(shape)
        inputs = Channels.of(groups: shape.groups, count: shape.groupChannels, limit: inputLimit)
        outputs = Channels.of(groups: shape.groups, count: shape.groupOutputs, limit: outputLimit)
    }
}
