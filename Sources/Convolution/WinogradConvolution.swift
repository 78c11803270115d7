import CVectorKernels
import Kernels
import Tensors

/// Winograd's minimal filtering F(4x4, 3x3) for 3x3 kernels at stride 1: a quarter of the multiplications.
///
/// A tile of 4x4 outputs needs 36 products of channels instead of 144; for many tiles at once each of the 36 positions
/// is one matrix product. The way back uses the transposed transforms, so the transformed output gradient serves both
/// the weight and the input gradient. The transformed input is computed again rather than kept: that is cheaper than
/// writing it to memory and reading it back.
///
/// Source: A. Lavin, S. Gray, 2016, arXiv:1509.09308.
struct WinogradConvolution: ConvolutionAlgorithm {
    private let stage: OutputStage
    private let needsInputGradient: Bool
    private let tilesPerRun: Int

    private static let tileSize = 4
    private static let positionCount = 36
    /// Floats of transformed input and sums that may be in cache at once.
    private static let runBudget = 5 << 16

    init(stage: OutputStage, needsInputGradient: Bool) {
        let shape = stage.shape
        self.stage = stage
        self.needsInputGradient = needsInputGradient
        let fitting = Self.runBudget / (Self.positionCount * (shape.inputChannels + shape.outputChannels))
        tilesPerRun = min(max(fitting / 16 * 16, 64), 128)
    }

    /// Whether the shape is one that this algorithm computes, and computes faster than products of patches.
    static func suits(_ shape: ConvolutionShape) -> Bool {
        guard shape.kernelHeight == 3, shape.kernelWidth == 3, shape.stride == 1 else { return false }
        // Transforms cost as much for few channels as for many; 16 are one vector.
        guard min(shape.inputChannels, shape.outputChannels) >= 16 else { return false }
        let multiplications = tilesPerImage(shape) * positionCount
        return multiplications * 2 <= shape.outputHeight * shape.outputWidth * 9
    }

    var description: String { "Winograd F(4x4, 3x3), \(tilesPerRun) tiles at a time" }

    private static func tilesPerImage(_ shape: ConvolutionShape) -> Int {
        ((shape.outputHeight + tileSize - 1) / tileSize) * ((shape.outputWidth + tileSize - 1) / tileSize)
    }

    private var shape: ConvolutionShape { stage.shape }
    private var kernels: VectorKernels { stage.instructions.kernels }

    // MARK: Memory

    private var inputBlock: PositionBlock { PositionBlock(rows: tilesPerRun, columns: shape.inputChannels) }
    private var outputBlock: PositionBlock { PositionBlock(rows: tilesPerRun, columns: shape.outputChannels) }
    private var weightBlock: PositionBlock { PositionBlock(rows: shape.inputChannels, columns: shape.outputChannels) }
    private var transposedBlock: PositionBlock {
        PositionBlock(rows: shape.outputChannels, columns: shape.inputChannels)
    }

    /// U, and each position of it transposed for the input gradient.
    var preparedWeightCount: Int { weightBlock.count + (needsInputGradient ? transposedBlock.count : 0) }

    /// V (then dV over it), M (then dM over it) and dU.
    var scratchCount: Int { inputBlock.count + outputBlock.count + weightBlock.count }

    // MARK: Passes

    func prepare(weights: TensorSlice, into prepared: TensorSlice) {
        kernels.winogradWeights(
            shape.inputChannels * shape.outputChannels,
            weightBlock.positionStride,
            weights.base,
            prepared.base
        )
        guard needsInputGradient else { return }
        let transposed = prepared[weightBlock.count..<preparedWeightCount]
        for position in 0..<Self.positionCount {
            kernels.transpose(
                shape.inputChannels,
                shape.outputChannels,
                prepared.base + position * weightBlock.positionStride,
                transposed.base + position * transposedBlock.positionStride
            )
        }
    }

    func forward(_ pass: ForwardPass) {
        let transformed = pass.scratch.prefix(inputBlock.count)
        let sums = pass.scratch[inputBlock.count..<inputBlock.count + outputBlock.count]
        for tiles in runs(of: tilesPerRun, in: pass.batch * Self.tilesPerImage(shape)) {
            transformInput(pass.input, tiles: tiles, into: transformed)
            for position in 0..<Self.positionCount {
                multiply(
                    inputBlock.matrix(transformed, position, rows: tiles.count),
                    weightBlock.matrix(pass.prepared, position),
                    into: outputBlock.matrix(sums, position, rows: tiles.count)
                )
            }
            transformOutput(sums, tiles: tiles, of: pass)
        }
    }

    func backward(_ pass: BackwardPass) {
        let transformed = pass.scratch.prefix(inputBlock.count)
        let sumsGradient = pass.scratch[inputBlock.count..<inputBlock.count + outputBlock.count]
        let weightGradient = pass.scratch[inputBlock.count + outputBlock.count..<scratchCount]
        pass.biasGradient?.fill(0)
        for tiles in runs(of: tilesPerRun, in: pass.batch * Self.tilesPerImage(shape)) {
            transformInput(pass.input, tiles: tiles, into: transformed)
            transformOutputGradient(tiles: tiles, of: pass, into: sumsGradient)
            for position in 0..<Self.positionCount {
                let input = inputBlock.matrix(transformed, position, rows: tiles.count)
                let gradient = outputBlock.matrix(sumsGradient, position, rows: tiles.count)
                multiply(
                    input.transposed,
                    gradient,
                    into: weightBlock.matrix(weightGradient, position),
                    adding: tiles.lowerBound > 0
                )
                guard pass.inputGradient != nil else { continue }
                multiply(
                    gradient,
                    transposedBlock.matrix(pass.prepared[weightBlock.count..<preparedWeightCount], position),
                    into: input
                )
            }
            addInputGradient(transformed, tiles: tiles, of: pass)
        }
        kernels.winogradWeightGradient(
            shape.inputChannels * shape.outputChannels,
            weightBlock.positionStride,
            weightGradient.base,
            pass.weightGradient.base
        )
    }

    // MARK: Transforms

    private func transformInput(_ input: TensorSlice, tiles: Range<Int>, into transformed: TensorSlice) {
        withUnsafePointer(to: shape.geometry) {
            kernels.winogradInput($0, inputBlock.run(tiles), input.base, transformed.base)
        }
    }

    private func transformOutput(_ sums: TensorSlice, tiles: Range<Int>, of pass: ForwardPass) {
        let run = outputBlock.run(tiles)
        withUnsafePointer(to: shape.geometry) { geometry in
            switch stage.epilogue {
            case .none, .relu:
                kernels.winogradOutput(
                    geometry,
                    run,
                    sums.base,
                    pass.bias?.base,
                    stage.epilogue == .relu,
                    pass.output.base
                )
            case .reluMaxPool2:
                kernels.winogradOutputPool(
                    geometry,
                    run,
                    sums.base,
                    pass.bias?.base,
                    pass.output.base,
                    stage.positions(pass.saved)
                )
            }
        }
    }

    private func transformOutputGradient(tiles: Range<Int>, of pass: BackwardPass, into transformed: TensorSlice) {
        let run = outputBlock.run(tiles)
        withUnsafePointer(to: shape.geometry) { geometry in
            switch stage.epilogue {
            case .none, .relu:
                let output = stage.epilogue == .relu ? pass.output.base : nil
                kernels.winogradOutputGradient(geometry, run, output, pass.outputGradient.base, transformed.base)
            case .reluMaxPool2:
                kernels.winogradUnpoolGradient(
                    geometry,
                    run,
                    pass.outputGradient.base,
                    stage.positions(pass.saved),
                    transformed.base
                )
            }
        }
        if let biasGradient = pass.biasGradient {
            // The second row of A is all ones, so position (1, 1) of A dY A^T is the sum of the tile.
            let sums = transformed.base + 7 * outputBlock.positionStride
            kernels.addRows(tiles.count, shape.outputChannels, sums, biasGradient.base)
        }
    }

    private func addInputGradient(_ transformed: TensorSlice, tiles: Range<Int>, of pass: BackwardPass) {
        guard let inputGradient = pass.inputGradient else { return }
        withUnsafePointer(to: shape.geometry) {
            kernels.winogradInputGradient($0, inputBlock.run(tiles), transformed.base, inputGradient.base)
        }
    }
}

/// 36 matrices of one size, one for each position of the transformed tiles.
private struct PositionBlock {
    let rows: Int
    let columns: Int

    /// One cache line more than the matrix takes: a power of two would put all positions of an element into the same
    /// few lines of a cache.
    var positionStride: Int { AlignedBuffer.aligned(rows * columns) + AlignedBuffer.alignedFloatCount }

    var count: Int { 36 * positionStride }

    /// The matrix at a position, or its first `rows` rows.
    func matrix(_ block: TensorSlice, _ position: Int, rows: Int? = nil) -> MatrixView {
        let start = position * positionStride
        return MatrixView(block[start..<start + self.rows * columns], rows: rows ?? self.rows, columns: columns)
    }

    func run(_ tiles: Range<Int>) -> WinogradRun {
        WinogradRun(firstTile: tiles.lowerBound, tileCount: tiles.count, positionStride: positionStride)
    }
}
