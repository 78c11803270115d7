import CVectorKernels
import Kernels
import Tensors

/// The general convolution: patches of the input as rows of a matrix («im2col»), times the weights.
///
/// It computes a few output rows at a time, so that their patches stay in cache. A 1x1 kernel at stride 1 needs no
/// patches: the input is the matrix.
struct PatchConvolution: ConvolutionAlgorithm {
    private let stage: OutputStage
    private let needsInputGradient: Bool
    private let rowsPerChunk: Int

    /// Floats of patches and sums at a time: 512 KiB, which leaves space for the weights in the cache.
    private static let cacheBudget = 1 << 17
    /// With fewer rows, products don't pay for reading the weights.
    private static let minimumProductRows = 128

    init(stage: OutputStage, needsInputGradient: Bool) {
        let shape = stage.shape
        self.stage = stage
        self.needsInputGradient = needsInputGradient
        let positions = max(
            Self.cacheBudget / (shape.patchCount + shape.outputChannels),
            Self.minimumProductRows
        )
        rowsPerChunk = max(positions / shape.outputWidth / 2, 1) * 2
    }

    var description: String {
        let source = needsPatches ? "patches" : "input"
        let groups = shape.groups > 1 ? ", \(shape.groups) groups" : ""
        return "\(source) times weights, \(rowsPerChunk) output rows at a time\(groups)"
    }

    private var shape: ConvolutionShape { stage.shape }
    private var kernels: VectorKernels { stage.instructions.kernels }

    private var needsPatches: Bool {
        shape.kernelHeight * shape.kernelWidth * shape.strideHeight * shape.strideWidth * shape.groups != 1
            || shape.paddingTop + shape.paddingBottom + shape.paddingLeft + shape.paddingRight != 0
    }

    private var patchCount: Int { rowsPerChunk * shape.outputWidth * shape.patchCount }

    /// Patches, then their gradients in the same place, and one chunk of sums or their gradient.
    var scratchCount: Int {
        AlignedBuffer.aligned(patchCount) + AlignedBuffer.aligned(rowsPerChunk * stage.rowCount)
    }

    private func sumsScratch(_ scratch: TensorSlice) -> TensorSlice {
        scratch[AlignedBuffer.aligned(patchCount)..<scratchCount]
    }

    /// The weights, and transposed ones for the input gradient.
    var preparedWeightCount: Int { shape.weightCount * (needsInputGradient ? 2 : 1) }

    func prepare(weights: TensorSlice, into prepared: TensorSlice) {
        prepared.prefix(shape.weightCount).copy(from: weights)
        guard needsInputGradient else { return }
        let transposed = prepared[shape.weightCount..<2 * shape.weightCount]
        kernels.transpose(
            shape.patchCount,
            shape.outputChannels,
            weights.base,
            shape.outputChannels,
            transposed.base,
            shape.patchCount
        )
    }

    private func outputs(ofGroup group: Int) -> Range<Int> {
        group * shape.groupOutputs..<(group + 1) * shape.groupOutputs
    }

    func forward(_ pass: ForwardPass) {
        let weights = MatrixView(pass.prepared, rows: shape.patchCount, columns: shape.outputChannels)
        for rows in Chunks(of: rowsPerChunk, in: pass.batch * shape.outputHeight) {
            let start = rows.lowerBound * stage.rowCount
            let count = rows.count * stage.rowCount
            let sums = stage.isPooled ? sumsScratch(pass.scratch) : pass.output[start..<start + count]
            let matrix = sumsMatrix(sums, rows: rows)
            for group in 0..<shape.groups {
                let patches = patches(rows: rows, group: group, input: pass.input, scratch: pass.scratch)
                let outputs = outputs(ofGroup: group)
                multiply(
                    patches,
                    weights.part(0..<weights.rows, outputs),
                    into: matrix.part(0..<matrix.rows, outputs)
                )
            }
            stage.finish(sums, rows: rows, of: pass)
        }
    }

    func backward(_ pass: BackwardPass) {
        pass.biasGradient?.fill(0)
        let weightGradient = MatrixView(
            pass.weightGradient,
            rows: shape.patchCount,
            columns: shape.outputChannels
        )
        for rows in Chunks(of: rowsPerChunk, in: pass.batch * shape.outputHeight) {
            let sums = stage.sumsGradient(rows: rows, of: pass, scratch: sumsScratch(pass.scratch))
            let sumsGradient = sumsMatrix(sums, rows: rows)
            if let biasGradient = pass.biasGradient {
                kernels.addRows(sumsGradient.rows, shape.outputChannels, sums.base, biasGradient.base)
            }
            for group in 0..<shape.groups {
                let outputs = outputs(ofGroup: group)
                let groupGradient = sumsGradient.part(0..<sumsGradient.rows, outputs)
                let patches = patches(rows: rows, group: group, input: pass.input, scratch: pass.scratch)
                multiply(
                    patches.transposed,
                    groupGradient,
                    into: weightGradient.part(0..<weightGradient.rows, outputs),
                    adding: rows.lowerBound > 0
                )
                if let inputGradient = pass.inputGradient {
                    addInputGradient(inputGradient, rows: rows, group: group, sumsGradient: groupGradient, of: pass)
                }
            }
        }
    }

    private func addInputGradient(
        _ inputGradient: TensorSlice,
        rows: Range<Int>,
        group: Int,
        sumsGradient: MatrixView,
        of pass: BackwardPass
    ) {
        let transposed = MatrixView(
            pass.prepared[shape.weightCount..<2 * shape.weightCount],
            rows: shape.outputChannels,
            columns: shape.patchCount
        ).part(outputs(ofGroup: group), 0..<shape.patchCount)
        guard needsPatches else {
            multiply(sumsGradient, transposed, into: inputMatrix(inputGradient, rows: rows))
            return
        }
        let patches = MatrixView(pass.scratch, rows: sumsGradient.rows, columns: shape.patchCount)
        multiply(sumsGradient, transposed, into: patches)
        withUnsafePointer(to: geometry(ofGroup: group)) {
            kernels.scatterPatches($0, pass.scratch.base, rows.lowerBound, rows.count, inputGradient.base)
        }
    }

    private func geometry(ofGroup group: Int) -> ConvolutionGeometry {
        var geometry = shape.geometry
        geometry.firstChannel = group * shape.groupChannels
        return geometry
    }

    private func patches(rows: Range<Int>, group: Int, input: TensorSlice, scratch: TensorSlice) -> MatrixView {
        guard needsPatches else { return inputMatrix(input, rows: rows) }
        withUnsafePointer(to: geometry(ofGroup: group)) {
            kernels.gatherPatches($0, input.base, rows.lowerBound, rows.count, scratch.base)
        }
        return MatrixView(scratch, rows: rows.count * shape.outputWidth, columns: shape.patchCount)
    }

    /// The input of a 1x1 kernel at `rows` as a matrix.
    private func inputMatrix(_ input: TensorSlice, rows: Range<Int>) -> MatrixView {
        let rowCount = shape.outputWidth * shape.inputChannels
        return MatrixView(
            input[rows.lowerBound * rowCount..<rows.upperBound * rowCount],
            rows: rows.count * shape.outputWidth,
            columns: shape.inputChannels
        )
    }

    private func sumsMatrix(_ sums: TensorSlice, rows: Range<Int>) -> MatrixView {
        MatrixView(sums, rows: rows.count * shape.outputWidth, columns: shape.outputChannels)
    }
}
