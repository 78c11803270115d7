import CVectorKernels
import Kernels
import Tensors

/// Winograd's minimal filtering F(4x4, 3x3) for 3x3 kernels at stride 1: a quarter of the multiplications.
///
/// A tile of 4x4 outputs needs 36 products of channels instead of 144; for many tiles at once, each of the 36 positions
/// is one matrix product. The backward pass uses the transposed transforms, so the transformed output gradient serves
/// both the weight and the input gradient. The transformed input is computed again instead of saved, which is cheaper
/// than writing it to memory and reading it back.
///
/// Source: A. Lavin, S. Gray, 2016, arXiv:1509.09308; the points are those of `WinogradTransforms.h`. Compared with
/// Double, the largest error is 2e-6 of the largest value at 512 channels, ten times that of plain sums.
struct WinogradConvolution: ConvolutionAlgorithm {
    private let stage: OutputStage
    private let needsInputGradient: Bool
    /// Input and output channels that are computed together in cache.
    private let channelsPerBlock: (input: Int, output: Int)
    private let inputBlocks: [Range<Int>]
    private let outputBlocks: [Range<Int>]

    private static let tileSize = 4
    /// The number of tiles in one set of products, and the largest number of channels of a block.
    ///
    /// With 128 channels, 64 transformed tiles take 1.2 MB, and a block of 64 channels half of that: together a
    /// second-level cache of 2 MiB. Measured, 32 to 128 of either differ by less than a tenth.
    private static let (tilesPerChunk, blockLimit) = (64, Int(winogradZeroBlock))

    init(stage: OutputStage, needsInputGradient: Bool) {
        self.stage = stage
        self.needsInputGradient = needsInputGradient
        let (inputs, outputs) = (stage.shape.inputChannels, stage.shape.outputChannels)
        channelsPerBlock = (min(inputs, Self.blockLimit), min(outputs, Self.blockLimit))
        inputBlocks = Array(Chunks(of: channelsPerBlock.input, in: inputs))
        outputBlocks = Array(Chunks(of: channelsPerBlock.output, in: outputs))
    }

    /// Whether this algorithm computes the shape, and is faster than products of patches.
    static func suits(_ shape: ConvolutionShape) -> Bool {
        guard shape.kernelHeight == 3, shape.kernelWidth == 3, shape.strideHeight == 1, shape.strideWidth == 1,
            shape.isPlain
        else { return false }
        // The transforms of few channels cost as much as those of 16, which are one vector.
        guard min(shape.inputChannels, shape.outputChannels) >= 16 else { return false }
        let multiplications = tilesPerImage(shape) * PositionBlock.positionCount
        return multiplications * 2 <= shape.outputHeight * shape.outputWidth * 9
    }

    var description: String { "Winograd F(4x4, 3x3), \(Self.tilesPerChunk) tiles at a time" }

    private static func tilesPerImage(_ shape: ConvolutionShape) -> Int {
        ((shape.outputHeight + tileSize - 1) / tileSize) * ((shape.outputWidth + tileSize - 1) / tileSize)
    }

    private var shape: ConvolutionShape { stage.shape }
    private var kernels: VectorKernels { stage.instructions.kernels }

    // MARK: Memory

    /// U for one block of outputs.
    private var weights: PositionBlock { PositionBlock(shape.inputChannels, channelsPerBlock.output) }
    /// U transposed, for one block of inputs.
    private var transposedWeights: PositionBlock { PositionBlock(shape.outputChannels, channelsPerBlock.input) }
    /// dU for one block of inputs.
    private var weightGradient: PositionBlock { PositionBlock(channelsPerBlock.input, shape.outputChannels) }
    /// V forward, for all inputs.
    private var inputs: PositionBlock { PositionBlock(Self.tilesPerChunk, shape.inputChannels) }
    /// M, for one block of outputs.
    private var sums: PositionBlock { PositionBlock(Self.tilesPerChunk, channelsPerBlock.output) }
    /// V backward, then dV in the same place, for one block of inputs.
    private var inputBlock: PositionBlock { PositionBlock(Self.tilesPerChunk, channelsPerBlock.input) }
    /// dM, for all outputs.
    private var sumsGradient: PositionBlock { PositionBlock(Self.tilesPerChunk, shape.outputChannels) }

    private var transposedOffset: Int { outputBlocks.count * weights.count }

    var preparedWeightCount: Int {
        transposedOffset + (needsInputGradient ? inputBlocks.count * transposedWeights.count : 0)
    }

    var scratchCount: Int {
        max(
            inputs.count + sums.count,
            inputBlock.count + sumsGradient.count + inputBlocks.count * weightGradient.count
        )
    }

    // MARK: Passes

    func prepare(weights source: TensorSlice, into prepared: TensorSlice) {
        for (index, channels) in outputBlocks.enumerated() {
            let block = weightBlock(rows: shape.inputChannels, columns: channels.count, in: weights)
            kernels.winogradWeights(block, source.base + channels.lowerBound, prepared.base + index * weights.count)
        }
        guard needsInputGradient else { return }
        for (index, channels) in inputBlocks.enumerated() {
            prepareTransposed(
                source,
                channels,
                into: prepared.base + transposedOffset + index * transposedWeights.count
            )
        }
    }

    /// Transposes the nine matrices of weights, then transforms them in place: the transform of an element reads its
    /// nine values before it writes its 36.
    private func prepareTransposed(
        _ source: TensorSlice,
        _ channels: Range<Int>,
        into block: UnsafeMutablePointer<Float>
    ) {
        let positionStride = transposedWeights.positionStride
        for kernelPosition in 0..<9 {
            let row = kernelPosition * shape.inputChannels + channels.lowerBound
            kernels.transpose(
                channels.count,
                shape.outputChannels,
                source.base + row * shape.outputChannels,
                shape.outputChannels,
                block + kernelPosition * positionStride,
                channels.count
            )
        }
        let transposed = WeightBlock(
            rows: shape.outputChannels,
            columns: channels.count,
            rowStride: channels.count,
            kernelStride: positionStride,
            positionStride: positionStride
        )
        kernels.winogradWeights(transposed, block, block)
    }

    func forward(_ pass: ForwardPass) {
        let transformed = pass.scratch.base
        let products = transformed + inputs.count
        for tiles in Chunks(of: Self.tilesPerChunk, in: pass.batch * Self.tilesPerImage(shape)) {
            transformInput(pass.input, inputs.chunk(tiles, 0..<shape.inputChannels), into: transformed)
            for (index, channels) in outputBlocks.enumerated() {
                let prepared = pass.prepared.base + index * weights.count
                for position in 0..<PositionBlock.positionCount {
                    multiply(
                        inputs.matrix(transformed, position, tiles.count, shape.inputChannels),
                        weights.matrix(prepared, position, shape.inputChannels, channels.count),
                        into: sums.matrix(products, position, tiles.count, channels.count)
                    )
                }
                transformOutput(products, sums.chunk(tiles, channels), of: pass)
            }
        }
    }

    func backward(_ pass: BackwardPass) {
        let transformed = pass.scratch.base
        let gradient = transformed + inputBlock.count
        let weightGradients = gradient + sumsGradient.count
        pass.biasGradient?.fill(0)
        for tiles in Chunks(of: Self.tilesPerChunk, in: pass.batch * Self.tilesPerImage(shape)) {
            transformOutputGradient(sumsGradient.chunk(tiles, 0..<shape.outputChannels), of: pass, into: gradient)
            for (index, channels) in inputBlocks.enumerated() {
                let chunk = inputBlock.chunk(tiles, channels)
                transformInput(pass.input, chunk, into: transformed)
                addWeightGradient(chunk, transformed, gradient, to: weightGradients + index * weightGradient.count)
                guard let inputGradient = pass.inputGradient else { continue }
                let prepared = pass.prepared.base + transposedOffset + index * transposedWeights.count
                addInputGradient(chunk, gradient, prepared, scratch: transformed, to: inputGradient)
            }
        }
        for (index, channels) in inputBlocks.enumerated() {
            finishWeightGradient(channels, weightGradients + index * weightGradient.count, of: pass)
        }
    }

    /// From dU to the gradient of the weights of some input channels.
    private func finishWeightGradient(
        _ channels: Range<Int>,
        _ transformed: UnsafeMutablePointer<Float>,
        of pass: BackwardPass
    ) {
        withUnsafePointer(to: shape.geometry) { geometry in
            var source = WeightGradientSource(
                geometry: geometry,
                batch: pass.batch,
                input: pass.input.base,
                firstInputChannel: channels.lowerBound,
                outputGradient: pass.outputGradient.base,
                output: stage.epilogue == .relu ? UnsafePointer(pass.output.base) : nil,
                positions: stage.epilogue == .reluMaxPool2 ? UnsafePointer(stage.positions(pass.saved)) : nil
            )
            kernels.winogradWeightGradient(
                weightBlock(rows: channels.count, columns: shape.outputChannels, in: weightGradient),
                &source,
                transformed,
                pass.weightGradient.base + channels.lowerBound * shape.outputChannels
            )
        }
    }

    /// dU += V^T dM.
    private func addWeightGradient(
        _ chunk: WinogradChunk,
        _ transformed: UnsafeMutablePointer<Float>,
        _ gradient: UnsafeMutablePointer<Float>,
        to result: UnsafeMutablePointer<Float>
    ) {
        for position in 0..<PositionBlock.positionCount {
            multiply(
                inputBlock.matrix(transformed, position, chunk.tileCount, chunk.channelCount).transposed,
                sumsGradient.matrix(gradient, position, chunk.tileCount, shape.outputChannels),
                into: weightGradient.matrix(result, position, chunk.channelCount, shape.outputChannels),
                adding: chunk.firstTile > 0
            )
        }
    }

    /// dV = dM U^T, and from there to the input's gradient.
    private func addInputGradient(
        _ chunk: WinogradChunk,
        _ gradient: UnsafeMutablePointer<Float>,
        _ prepared: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>,
        to inputGradient: TensorSlice
    ) {
        for position in 0..<PositionBlock.positionCount {
            multiply(
                sumsGradient.matrix(gradient, position, chunk.tileCount, shape.outputChannels),
                transposedWeights.matrix(prepared, position, shape.outputChannels, chunk.channelCount),
                into: inputBlock.matrix(scratch, position, chunk.tileCount, chunk.channelCount)
            )
        }
        withUnsafePointer(to: shape.geometry) {
            kernels.winogradInputGradient($0, chunk, scratch, inputGradient.base)
        }
    }

    // MARK: Transforms

    private func weightBlock(rows: Int, columns: Int, in block: PositionBlock) -> WeightBlock {
        WeightBlock(
            rows: rows,
            columns: columns,
            rowStride: shape.outputChannels,
            kernelStride: shape.inputChannels * shape.outputChannels,
            positionStride: block.positionStride
        )
    }

    private func transformInput(
        _ input: TensorSlice,
        _ chunk: WinogradChunk,
        into transformed: UnsafeMutablePointer<Float>
    ) {
        withUnsafePointer(to: shape.geometry) { kernels.winogradInput($0, chunk, input.base, transformed) }
    }

    private func transformOutput(_ sums: UnsafeMutablePointer<Float>, _ chunk: WinogradChunk, of pass: ForwardPass) {
        let (bias, output) = (pass.bias?.base, pass.output.base)
        withUnsafePointer(to: shape.geometry) { geometry in
            switch stage.epilogue {
            case .none: kernels.winogradOutput(geometry, chunk, sums, bias, false, output)
            case .relu: kernels.winogradOutput(geometry, chunk, sums, bias, true, output)
            case .reluMaxPool2:
                kernels.winogradOutputPool(geometry, chunk, sums, bias, output, stage.positions(pass.saved))
            }
        }
    }

    private func transformOutputGradient(
        _ chunk: WinogradChunk,
        of pass: BackwardPass,
        into transformed: UnsafeMutablePointer<Float>
    ) {
        let (gradient, bias) = (pass.outputGradient.base, pass.biasGradient?.base)
        withUnsafePointer(to: shape.geometry) { geometry in
            switch stage.epilogue {
            case .none: kernels.winogradOutputGradient(geometry, chunk, nil, gradient, transformed, bias)
            case .relu: kernels.winogradOutputGradient(geometry, chunk, pass.output.base, gradient, transformed, bias)
            case .reluMaxPool2:
                kernels.winogradUnpoolGradient(
                    geometry,
                    chunk,
                    gradient,
                    stage.positions(pass.saved),
                    transformed,
                    bias
                )
            }
        }
    }
}
