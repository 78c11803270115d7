import CVectorKernels
import Kernels
import Tensors

/// Winograd's minimal filtering F(4x4, 3x3): a quarter of the multiplications of a 3x3 kernel at stride 1.
///
/// A tile of 4x4 outputs needs 36 products of channels instead of 144; for many tiles at once, each of the 36 positions
/// is one matrix product. At stride 2 there are 81 positions (`WinogradTransforms.h`). The backward pass uses the transposed transforms, so the transformed output gradient serves
/// both the weight and the input gradient. The transformed input is computed again instead of saved, which is cheaper
/// than writing it to memory and reading it back.
///
/// A larger kernel is a sum of such kernels (`WinogradBlocks.Taps`), which is computed in transformed form; 5x5 takes
/// 144 products instead of 400. Dilation divides the image into interleaved images; the tiles of each are
/// computed as without dilation. With groups, products are those of each group.
///
/// Source: A. Lavin, S. Gray, 2016, arXiv:1509.09308; the points are those of `WinogradTransforms.h`. Compared with
/// Double, the largest error is 2e-6 of the largest value at 512 channels, ten times that of plain sums.
struct WinogradConvolution: ConvolutionAlgorithm {
    private let stage: OutputStage
    private let needsInputGradient: Bool
    private let blocks: WinogradBlocks

    private static let tileSize = 4
    /// The number of tiles in one set of products.
    ///
    /// With 128 channels, 64 transformed tiles take 1.2 MB, and a block of 64 channels half of that: together a
    /// second-level cache of 2 MiB. Measured, 32 to 128 of either differ by less than a tenth.
    private static let tilesPerChunk = 64

    init(stage: OutputStage, needsInputGradient: Bool) {
        self.stage = stage
        self.needsInputGradient = needsInputGradient
        blocks = WinogradBlocks(stage.shape)
    }

    /// Whether this algorithm computes the shape, and is faster than products of patches.
    ///
    /// - Parameters:
    ///   - shape: The layer's sizes.
    ///   - epilogue: What is applied to the result. With dilation, the pixels of a pooled window are in several tiles.
    /// - Returns: Whether it should.
    static func suits(_ shape: ConvolutionShape, epilogue: ConvolutionEpilogue) -> Bool {
        let strides = (shape.strideHeight, shape.strideWidth)
        guard strides == (1, 1) || (strides == (2, 2) && !shape.isDilated) else { return false }
        guard epilogue != .reluMaxPool2 || !shape.isDilated else { return false }
        // The transforms of few channels cost as much as those of 16, which are one vector.
        guard min(shape.groupChannels, shape.groupOutputs) >= 16 else { return false }
        let taps = shape.kernelHeight * shape.kernelWidth
        let products = WinogradBlocks.Position.of(shape).count * WinogradBlocks.Taps.of(shape).count
        return tilesPerImage(shape) * products * 3 <= shape.outputHeight * shape.outputWidth * taps * 2
    }

    var description: String {
        let taps = blocks.taps.count > 1 ? ", \(blocks.taps.count) parts of the kernel" : ""
        let groups = shape.groups > 1 ? ", \(shape.groups) groups" : ""
        let stride = shape.isStrided ? " at stride 2" : ""
        return "Winograd F(4x4, 3x3)\(stride), \(Self.tilesPerChunk) tiles at a time\(taps)\(groups)"
    }

    private static func tilesPerImage(_ shape: ConvolutionShape) -> Int {
        winogradTiles(shape.outputHeight, shape.dilationHeight) * winogradTiles(shape.outputWidth, shape.dilationWidth)
    }

    private var shape: ConvolutionShape { stage.shape }
    private var kernels: VectorKernels { stage.instructions.kernels }

    // MARK: Memory

    /// U for some taps and one block of outputs.
    private var weights: PositionBlock {
        PositionBlock(WinogradBlocks.weightPositionCount, shape.groupChannels, blocks.outputLimit)
    }
    /// U transposed, for some taps and one block of inputs.
    private var transposedWeights: PositionBlock {
        PositionBlock(WinogradBlocks.weightPositionCount, shape.groupOutputs, blocks.inputLimit)
    }
    /// dU for some taps and one block of inputs.
    private var weightGradient: PositionBlock {
        PositionBlock(WinogradBlocks.weightPositionCount, blocks.inputLimit, shape.groupOutputs)
    }
    /// V forward, for all inputs.
    private var inputs: PositionBlock { PositionBlock(blocks.positions.count, Self.tilesPerChunk, shape.inputChannels) }
    /// M, for one block of outputs.
    private var sums: PositionBlock { PositionBlock(blocks.positions.count, Self.tilesPerChunk, blocks.outputLimit) }
    /// V backward, then dV in the same place, for one block of inputs.
    private var inputBlock: PositionBlock {
        PositionBlock(blocks.positions.count, Self.tilesPerChunk, blocks.inputLimit)
    }
    /// dM, for all outputs.
    private var sumsGradient: PositionBlock {
        PositionBlock(blocks.positions.count, Self.tilesPerChunk, shape.outputChannels)
    }

    private var transposedOffset: Int { blocks.taps.count * blocks.outputs.count * weights.count }

    var preparedWeightCount: Int {
        transposedOffset + (needsInputGradient ? blocks.taps.count * blocks.inputs.count * transposedWeights.count : 0)
    }

    /// The blocks of M that are kept: all of them, if several parts of the kernel are added up.
    private var keptSums: Int { blocks.taps.count > 1 ? blocks.outputs.count : 1 }

    var scratchCount: Int {
        max(
            inputs.count + keptSums * sums.count,
            inputBlock.count + sumsGradient.count + blocks.taps.count * blocks.inputs.count * weightGradient.count
        )
    }

    // MARK: Passes

    func prepare(weights source: TensorSlice, into prepared: TensorSlice) {
        var block = prepared.base
        for taps in blocks.taps {
            for outputs in blocks.outputs {
                let start = weightOffset(taps, row: 0, column: outputs.channels.lowerBound)
                kernels.winogradWeights(
                    weightBlock(taps, rows: shape.groupChannels, columns: outputs.channels.count, in: weights),
                    source.base + start,
                    block
                )
                block += weights.count
            }
        }
        guard needsInputGradient else { return }
        for taps in blocks.taps {
            for inputs in blocks.inputs {
                prepareTransposed(source, taps, inputs, into: block)
                block += transposedWeights.count
            }
        }
    }

    /// Transposes the matrices of weights, then transforms them in place: the transform of an element reads its values,
    /// nine at most, before it writes its 36.
    private func prepareTransposed(
        _ source: TensorSlice,
        _ taps: WinogradBlocks.Taps,
        _ inputs: WinogradBlocks.Channels,
        into block: UnsafeMutablePointer<Float>
    ) {
        let positionStride = transposedWeights.positionStride
        let count = inputs.channels.count
        for row in 0..<taps.rows.count {
            for column in 0..<taps.columns.count {
                let tap = (taps.rows.lowerBound + row) * shape.kernelWidth + taps.columns.lowerBound + column
                let start = tap * shape.groupChannels + inputs.channelsOfGroup.lowerBound
                kernels.transpose(
                    count,
                    shape.groupOutputs,
                    source.base + start * shape.outputChannels + inputs.group * shape.groupOutputs,
                    shape.outputChannels,
                    block + (row * taps.columns.count + column) * positionStride,
                    count
                )
            }
        }
        let transposed = WeightBlock(
            rows: shape.groupOutputs,
            columns: count,
            tapRows: taps.rows.count,
            tapColumns: taps.columns.count,
            isStrided: shape.isStrided,
            rowStride: count,
            tapRowStride: taps.columns.count * positionStride,
            tapStride: positionStride,
            positionStride: positionStride
        )
        kernels.winogradWeights(transposed, block, block)
    }

    func forward(_ pass: ForwardPass) {
        let transformed = pass.scratch.base
        let products = transformed + inputs.count
        for tiles in Chunks(of: Self.tilesPerChunk, in: pass.batch * Self.tilesPerImage(shape)) {
            var prepared = pass.prepared.base
            for (part, taps) in blocks.taps.enumerated() {
                transformInput(pass.input, inputs.chunk(tiles, 0..<shape.inputChannels, taps), into: transformed)
                for (index, block) in blocks.outputs.enumerated() {
                    let sums = products + index % keptSums * self.sums.count
                    addProducts(transformed, tiles, prepared, block, to: sums, adding: part > 0)
                    if part == blocks.taps.count - 1 {
                        transformOutput(sums, self.sums.chunk(tiles, block.channels, taps), of: pass)
                    }
                    prepared += weights.count
                }
            }
        }
    }

    /// M = V U, or M += V U.
    private func addProducts(
        _ transformed: UnsafeMutablePointer<Float>,
        _ tiles: Range<Int>,
        _ prepared: UnsafeMutablePointer<Float>,
        _ block: WinogradBlocks.Channels,
        to products: UnsafeMutablePointer<Float>,
        adding isAdded: Bool
    ) {
        let groupInputs = block.group * shape.groupChannels..<(block.group + 1) * shape.groupChannels
        for position in blocks.positions {
            let input = inputs.matrix(transformed, position.tile, tiles.count, shape.inputChannels)
            multiply(
                input.part(0..<tiles.count, groupInputs),
                weights.matrix(prepared, position.weight, shape.groupChannels, block.channels.count),
                into: sums.matrix(products, position.tile, tiles.count, block.channels.count),
                adding: isAdded
            )
        }
    }

    func backward(_ pass: BackwardPass) {
        let transformed = pass.scratch.base
        let gradient = transformed + inputBlock.count
        let weightGradients = gradient + sumsGradient.count
        pass.biasGradient?.fill(0)
        for tiles in Chunks(of: Self.tilesPerChunk, in: pass.batch * Self.tilesPerImage(shape)) {
            transformOutputGradient(
                sumsGradient.chunk(tiles, 0..<shape.outputChannels, blocks.taps[0]),
                of: pass,
                into: gradient
            )
            var weightSums = weightGradients
            var prepared = pass.prepared.base + transposedOffset
            for taps in blocks.taps {
                for block in blocks.inputs {
                    let chunk = inputBlock.chunk(tiles, block.channels, taps)
                    let part = GradientPart(chunk: chunk, group: block.group, transformed: transformed, sums: gradient)
                    transformInput(pass.input, chunk, into: transformed)
                    addWeightGradient(part, to: weightSums)
                    weightSums += weightGradient.count
                    guard let inputGradient = pass.inputGradient else { continue }
                    addInputGradient(part, prepared, to: inputGradient)
                    prepared += transposedWeights.count
                }
            }
        }
        var weightSums = weightGradients
        for taps in blocks.taps {
            for block in blocks.inputs {
                finishWeightGradient(taps, block, weightSums, of: pass)
                weightSums += weightGradient.count
            }
        }
    }

    /// The tiles, taps and input channels whose gradients are computed at a time.
    private struct GradientPart {
        let chunk: WinogradChunk
        let group: Int
        /// V, then dV.
        let transformed: UnsafeMutablePointer<Float>
        /// dM for all outputs.
        let sums: UnsafeMutablePointer<Float>
    }

    /// dM at a position, for the outputs of the part's group.
    private func groupGradient(_ part: GradientPart, _ position: WinogradBlocks.Position) -> MatrixView {
        let tiles = part.chunk.tileCount
        let outputs = part.group * shape.groupOutputs..<(part.group + 1) * shape.groupOutputs
        return sumsGradient.matrix(part.sums, position.tile, tiles, shape.outputChannels).part(0..<tiles, outputs)
    }

    /// From dU to the gradient of the weights of some taps and input channels.
    private func finishWeightGradient(
        _ taps: WinogradBlocks.Taps,
        _ block: WinogradBlocks.Channels,
        _ transformed: UnsafeMutablePointer<Float>,
        of pass: BackwardPass
    ) {
        let firstOutput = block.group * shape.groupOutputs
        withUnsafePointer(to: shape.geometry) { geometry in
            var source = WeightGradientSource(
                geometry: geometry,
                batch: pass.batch,
                input: pass.input.base,
                firstInputChannel: block.channels.lowerBound,
                firstOutputChannel: firstOutput,
                firstTapRow: taps.rows.lowerBound,
                firstTapColumn: taps.columns.lowerBound,
                outputGradient: pass.outputGradient.base,
                output: stage.epilogue == .relu ? UnsafePointer(pass.output.base) : nil,
                positions: stage.epilogue == .reluMaxPool2 ? UnsafePointer(stage.positions(pass.saved)) : nil
            )
            let start = weightOffset(taps, row: block.channelsOfGroup.lowerBound, column: firstOutput)
            kernels.winogradWeightGradient(
                weightBlock(taps, rows: block.channels.count, columns: shape.groupOutputs, in: weightGradient),
                &source,
                transformed,
                pass.weightGradient.base + start
            )
        }
    }

    /// dU += V^T dM.
    private func addWeightGradient(_ part: GradientPart, to result: UnsafeMutablePointer<Float>) {
        let chunk = part.chunk
        for position in blocks.positions {
            multiply(
                inputBlock.matrix(part.transformed, position.tile, chunk.tileCount, chunk.channelCount).transposed,
                groupGradient(part, position),
                into: weightGradient.matrix(result, position.weight, chunk.channelCount, shape.groupOutputs),
                adding: chunk.firstTile > 0 || !position.isFirst
            )
        }
    }

    /// dV = dM U^T, and from there to the input's gradient.
    private func addInputGradient(
        _ part: GradientPart,
        _ prepared: UnsafeMutablePointer<Float>,
        to inputGradient: TensorSlice
    ) {
        let chunk = part.chunk
        for position in blocks.positions {
            multiply(
                groupGradient(part, position),
                transposedWeights.matrix(prepared, position.weight, shape.groupOutputs, chunk.channelCount),
                into: inputBlock.matrix(part.transformed, position.tile, chunk.tileCount, chunk.channelCount)
            )
        }
        withUnsafePointer(to: shape.geometry) {
            kernels.winogradInputGradient($0, chunk, part.transformed, inputGradient.base)
        }
    }

    // MARK: Transforms

    /// Where the weights of some taps begin, at a row and column of their matrices `[groupChannels, O]`.
    private func weightOffset(_ taps: WinogradBlocks.Taps, row: Int, column: Int) -> Int {
        let tap = taps.rows.lowerBound * shape.kernelWidth + taps.columns.lowerBound
        return (tap * shape.groupChannels + row) * shape.outputChannels + column
    }

    private func weightBlock(
        _ taps: WinogradBlocks.Taps,
        rows: Int,
        columns: Int,
        in block: PositionBlock
    ) -> WeightBlock {
        let tapStride = shape.groupChannels * shape.outputChannels
        return WeightBlock(
            rows: rows,
            columns: columns,
            tapRows: taps.rows.count,
            tapColumns: taps.columns.count,
            isStrided: shape.isStrided,
            rowStride: shape.outputChannels,
            tapRowStride: shape.kernelWidth * tapStride,
            tapStride: tapStride,
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
