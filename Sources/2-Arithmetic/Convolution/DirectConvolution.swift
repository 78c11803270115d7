import CVectorKernels
import Kernels
import Tensors

/// Convolution without a matrix, for a first layer with few input channels whose input gradient isn't needed.
///
/// A patch of three channels is too short to be worth copying. The kernels read it from the padded image, keep a block
/// of outputs in registers, and apply bias, ReLU and pooling before it is written.
struct DirectConvolution: ConvolutionAlgorithm {
    private let stage: OutputStage

    /// Up to this number of channels, this is faster than products of patches.
    private static let channelLimit = 4
    /// Output rows whose gradient is unpooled at a time: they stay in the first-level cache.
    private static let rowsPerChunk = 2

    init(stage: OutputStage) { self.stage = stage }

    /// Whether this algorithm computes the shape, and is faster than products of patches.
    static func suits(_ shape: ConvolutionShape, needsInputGradient: Bool) -> Bool {
        shape.inputChannels <= channelLimit && shape.isPlain && !needsInputGradient
    }

    var description: String { "direct, an image at a time" }

    private var shape: ConvolutionShape { stage.shape }
    private var kernels: VectorKernels { stage.instructions.kernels }

    // MARK: Memory

    /// The padded image that whole blocks of outputs read.
    private var padded: (rows: Int, rowStride: Int) {
        let height = Self.rounded(shape.outputHeight, toMultipleOf: directBlockRows)
        let width = Self.rounded(shape.outputWidth, toMultipleOf: directBlockColumns)
        return (
            (height - 1) * shape.strideHeight + shape.kernelHeight,
            ((width - 1) * shape.strideWidth + shape.kernelWidth) * shape.inputChannels
        )
    }

    private static func rounded(_ count: Int, toMultipleOf size: Int) -> Int { (count + size - 1) / size * size }

    private var paddedCount: Int {
        AlignedBuffer.aligned(padded.rows * padded.rowStride + directSlack)
    }
    private var gradientCount: Int { AlignedBuffer.aligned(shape.weightCount) }

    /// The padded image, one image's weight gradient, and the gradient of some rows of sums.
    var scratchCount: Int { paddedCount + gradientCount + Self.rowsPerChunk * stage.rowCount }

    var preparedWeightCount: Int { shape.weightCount }

    // MARK: Passes

    func prepare(weights: TensorSlice, into prepared: TensorSlice) {
        prepared.prefix(shape.weightCount).copy(from: weights.prefix(shape.weightCount))
    }

    func forward(_ pass: ForwardPass) {
        let rowStride = padded.rowStride
        let (image, weights, bias) = (pass.scratch.base, pass.prepared.base, pass.bias?.base)
        withUnsafePointer(to: shape.geometry) { geometry in
            for index in 0..<pass.batch {
                let start = stage.outputCount(rows: index * shape.outputHeight)
                let output = pass.output.base + start
                pad(pass.input, index, geometry, into: image)
                switch stage.epilogue {
                case .none: kernels.directOutput(geometry, image, rowStride, weights, bias, false, output)
                case .relu: kernels.directOutput(geometry, image, rowStride, weights, bias, true, output)
                case .reluMaxPool2:
                    let positions = stage.positions(pass.saved) + start
                    kernels.directOutputPool(geometry, image, rowStride, weights, bias, output, positions)
                }
            }
        }
    }

    func backward(_ pass: BackwardPass) {
        let image = pass.scratch.base
        // Each image is summed separately first: sums of fewer terms are more accurate.
        let imageGradient = pass.scratch[paddedCount..<paddedCount + shape.weightCount]
        pass.weightGradient.prefix(shape.weightCount).fill(0)
        pass.biasGradient?.fill(0)
        withUnsafePointer(to: shape.geometry) { geometry in
            for index in 0..<pass.batch {
                pad(pass.input, index, geometry, into: image)
                imageGradient.fill(0)
                addRows(ofImage: index, geometry, image: image, of: pass, to: imageGradient)
                kernels.addRows(1, shape.weightCount, imageGradient.base, pass.weightGradient.base)
            }
        }
    }

    private func addRows(
        ofImage index: Int,
        _ geometry: UnsafePointer<ConvolutionGeometry>,
        image: UnsafePointer<Float>,
        of pass: BackwardPass,
        to gradient: TensorSlice
    ) {
        let scratch = pass.scratch[paddedCount + gradientCount..<scratchCount]
        for rows in Chunks(of: Self.rowsPerChunk, in: shape.outputHeight) {
            let firstRow = index * shape.outputHeight
            let sums = stage.sumsGradient(
                rows: firstRow + rows.lowerBound..<firstRow + rows.upperBound,
                of: pass,
                scratch: scratch
            )
            if let biasGradient = pass.biasGradient {
                kernels.addRows(rows.count * shape.outputWidth, shape.outputChannels, sums.base, biasGradient.base)
            }
            kernels.directWeightGradient(
                geometry,
                image,
                padded.rowStride,
                rows.lowerBound,
                rows.count,
                sums.base,
                gradient.base
            )
        }
    }

    private func pad(
        _ input: TensorSlice,
        _ index: Int,
        _ geometry: UnsafePointer<ConvolutionGeometry>,
        into image: UnsafeMutablePointer<Float>
    ) {
        let from = input.base + index * shape.inputCount
        kernels.padImage(geometry, from, padded.rows, padded.rowStride, image)
        (image + padded.rows * padded.rowStride).update(repeating: 0, count: directSlack)
    }
}
