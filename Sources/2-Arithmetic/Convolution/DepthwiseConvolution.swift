import CVectorKernels
import Kernels
import Tensors

/// Convolution of each channel with its own filter.
///
/// There is too little arithmetic for a matrix product; the outputs are summed directly, a vector of channels at a time
/// and four columns with the same weights.
///
/// With stride 1, the input's gradient is such a convolution, too: that of the output's gradient with the rotated
/// filter.
struct DepthwiseConvolution: ConvolutionAlgorithm {
    private let stage: OutputStage
    private let needsInputGradient: Bool
    private let rowsPerChunk: Int

    /// The floats of sums and their input that are processed at a time: 128 KiB.
    private static let cacheBudget = 1 << 15

    init(stage: OutputStage, needsInputGradient: Bool) {
        self.stage = stage
        self.needsInputGradient = needsInputGradient
        rowsPerChunk = max(Self.cacheBudget / stage.rowCount / 4, 1) * 2
    }

    var description: String { "depthwise, \(rowsPerChunk) output rows at a time" }

    private var shape: ConvolutionShape { stage.shape }
    private var kernels: VectorKernels { stage.instructions.kernels }
    private var isTurned: Bool { shape.strideHeight == 1 && shape.strideWidth == 1 }

    /// One chunk of sums or of their gradient: the input's gradient needs those of a whole image.
    private var sumsCount: Int { AlignedBuffer.aligned(max(rowsPerChunk, shape.outputHeight) * stage.rowCount) }

    /// The sums, and one image's weight gradient.
    var scratchCount: Int { sumsCount + shape.weightCount }

    /// The weights, and the rotated weights for the input's gradient.
    var preparedWeightCount: Int { shape.weightCount * (needsInputGradient ? 2 : 1) }

    func prepare(weights: TensorSlice, into prepared: TensorSlice) {
        prepared.prefix(shape.weightCount).copy(from: weights.prefix(shape.weightCount))
        guard needsInputGradient else { return }
        let channels = shape.outputChannels
        let taps = shape.kernelHeight * shape.kernelWidth
        for tap in 0..<taps {
            let start = shape.weightCount + (taps - 1 - tap) * channels
            prepared[start..<start + channels].copy(from: weights[tap * channels..<(tap + 1) * channels])
        }
    }

    func forward(_ pass: ForwardPass) {
        for rows in Chunks(of: rowsPerChunk, in: pass.batch * shape.outputHeight) {
            let start = rows.lowerBound * stage.rowCount
            let count = rows.count * stage.rowCount
            let sums = stage.isPooled ? pass.scratch.prefix(count) : pass.output[start..<start + count]
            withUnsafePointer(to: shape.geometry) {
                kernels.depthwiseOutput(
                    $0,
                    pass.input.base,
                    pass.prepared.base,
                    rows.lowerBound,
                    rows.count,
                    sums.base
                )
            }
            stage.finish(sums, rows: rows, of: pass)
        }
    }

    func backward(_ pass: BackwardPass) {
        pass.biasGradient?.fill(0)
        pass.weightGradient.prefix(shape.weightCount).fill(0)
        // Each image is summed separately first: sums of fewer terms are more accurate.
        let imageGradient = pass.scratch[sumsCount..<scratchCount]
        // One image at a time, so that the input's gradient doesn't depend on other images.
        for rows in Chunks(of: shape.outputHeight, in: pass.batch * shape.outputHeight) {
            let sums = stage.sumsGradient(rows: rows, of: pass, scratch: pass.scratch)
            if let biasGradient = pass.biasGradient {
                kernels.addRows(rows.count * shape.outputWidth, shape.outputChannels, sums.base, biasGradient.base)
            }
            imageGradient.fill(0)
            withUnsafePointer(to: shape.geometry) {
                kernels.depthwiseWeightGradient(
                    $0,
                    pass.input.base,
                    sums.base,
                    rows.lowerBound,
                    rows.count,
                    imageGradient.base
                )
            }
            kernels.addRows(1, shape.weightCount, imageGradient.base, pass.weightGradient.base)
            if let inputGradient = pass.inputGradient {
                computeInputGradient(inputGradient, rows: rows, sums: sums, of: pass)
            }
        }
    }

    private func computeInputGradient(
        _ inputGradient: TensorSlice,
        rows: Range<Int>,
        sums: TensorSlice,
        of pass: BackwardPass
    ) {
        guard isTurned else {
            withUnsafePointer(to: shape.geometry) {
                kernels.depthwiseInputGradient(
                    $0,
                    sums.base,
                    pass.prepared.base,
                    rows.lowerBound,
                    rows.count,
                    inputGradient.base
                )
            }
            return
        }
        let image = rows.lowerBound / shape.outputHeight * shape.inputCount
        withUnsafePointer(to: turnedGeometry) {
            kernels.depthwiseOutput(
                $0,
                sums.base,
                pass.prepared.base + shape.weightCount,
                0,
                shape.inputHeight,
                inputGradient.base + image
            )
        }
    }

    /// The convolution from the output's gradient to the input's: the padding above the image becomes the rest of the
    /// kernel below it.
    private var turnedGeometry: ConvolutionGeometry {
        var geometry = shape.geometry
        (geometry.inputHeight, geometry.inputWidth) = (shape.outputHeight, shape.outputWidth)
        (geometry.outputHeight, geometry.outputWidth) = (shape.inputHeight, shape.inputWidth)
        geometry.paddingTop = shape.windowHeight - 1 - shape.paddingTop
        geometry.paddingLeft = shape.windowWidth - 1 - shape.paddingLeft
        return geometry
    }
}
