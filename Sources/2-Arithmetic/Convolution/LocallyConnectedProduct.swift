import CVectorKernels
import Kernels
package import Tensors

/// A convolution without shared weights: for each output pixel, the matrix product of all images' patches and that
/// pixel's filters.
package struct LocallyConnectedProduct: Sendable {
    /// The windows; without groups.
    package let shape: ConvolutionShape
    private let instructions: VectorInstructions

    /// The product for a shape.
    ///
    /// - Parameter shape: The layer's sizes; without groups.
    package init(shape: ConvolutionShape) {
        shape.check()
        precondition(shape.groups == 1, "LocallyConnectedProduct: \(shape.groups) groups found, 1 needed")
        self.shape = shape
        instructions = .inUse
    }

    /// Output pixels per image.
    package var pixelCount: Int { shape.outputHeight * shape.outputWidth }
    /// Floats of the filters: `[outputHeight, outputWidth, kernelHeight, kernelWidth, C, O]`.
    package var weightCount: Int { pixelCount * shape.weightCount }
    /// Floats of the biases: `[outputHeight, outputWidth, O]`.
    package var biasCount: Int { pixelCount * shape.outputChannels }

    /// Floats of scratch: all patches of all images.
    ///
    /// - Parameter batch: Images.
    /// - Returns: The count.
    package func scratchCount(batch: Int) -> Int { batch * pixelCount * shape.patchCount }

    /// Computes the outputs of a batch.
    ///
    /// - Parameters:
    ///   - batch: Images.
    ///   - input: `[batch, H, W, C]`.
    ///   - weights: `weightCount` floats.
    ///   - bias: `biasCount` floats; nil for none.
    ///   - output: `[batch, outputHeight, outputWidth, O]`, overwritten.
    ///   - scratch: `scratchCount(batch:)` floats.
    package func forward(
        batch: Int,
        input: TensorSlice,
        weights: TensorSlice,
        bias: TensorSlice?,
        output: TensorSlice,
        scratch: TensorSlice
    ) {
        gather(batch: batch, input: input, into: scratch)
        let (patches, outputs) = (patchMatrix(scratch, batch), outputMatrix(output, batch))
        for pixel in 0..<pixelCount {
            multiply(column(pixel, of: patches), filters(pixel, in: weights), into: column(pixel, of: outputs))
        }
        guard let bias else { return }
        Elementwise.addRow(bias, toRowsOf: output)
    }

    /// Computes the gradients of a batch.
    ///
    /// - Parameters:
    ///   - batch: Images.
    ///   - input: As given to `forward`.
    ///   - weights: As given to `forward`.
    ///   - outputGradient: `[batch, outputHeight, outputWidth, O]`.
    ///   - weightGradient: `weightCount` floats, overwritten.
    ///   - biasGradient: `biasCount` floats, overwritten; nil without biases.
    ///   - inputGradient: `[batch, H, W, C]`, overwritten; nil if it isn't needed.
    ///   - scratch: `scratchCount(batch:)` floats.
    package func backward(
        batch: Int,
        input: TensorSlice,
        weights: TensorSlice,
        outputGradient: TensorSlice,
        weightGradient: TensorSlice,
        biasGradient: TensorSlice?,
        inputGradient: TensorSlice?,
        scratch: TensorSlice
    ) {
        if let biasGradient { Elementwise.sumRows(of: outputGradient, into: biasGradient) }
        gather(batch: batch, input: input, into: scratch)
        let (patches, gradients) = (patchMatrix(scratch, batch), outputMatrix(outputGradient, batch))
        for pixel in 0..<pixelCount {
            let (patch, gradient) = (column(pixel, of: patches), column(pixel, of: gradients))
            multiply(patch.transposed, gradient, into: filters(pixel, in: weightGradient))
            guard inputGradient != nil else { continue }
            multiply(gradient, filters(pixel, in: weights).transposed, into: patch)
        }
        guard let inputGradient else { return }
        withUnsafePointer(to: shape.geometry) {
            instructions.kernels.scatterPatches(
                $0,
                scratch.base,
                0,
                batch * shape.outputHeight,
                inputGradient.base
            )
        }
    }

    private func gather(batch: Int, input: TensorSlice, into patches: TensorSlice) {
        precondition(
            input.count >= batch * shape.inputCount && patches.count >= scratchCount(batch: batch),
            "LocallyConnectedProduct: \(input.count) floats and scratch for \(patches.count) found"
        )
        withUnsafePointer(to: shape.geometry) {
            instructions.kernels.gatherPatches($0, input.base, 0, batch * shape.outputHeight, patches.base)
        }
    }

    /// One row per image, a group of columns per output pixel.
    private func patchMatrix(_ patches: TensorSlice, _ batch: Int) -> MatrixView {
        MatrixView(patches, rows: batch, columns: pixelCount * shape.patchCount)
    }

    private func outputMatrix(_ output: TensorSlice, _ batch: Int) -> MatrixView {
        MatrixView(output, rows: batch, columns: biasCount)
    }

    private func column(_ pixel: Int, of matrix: MatrixView) -> MatrixView {
        let count = matrix.columns / pixelCount
        return matrix.part(0..<matrix.rows, pixel * count..<(pixel + 1) * count)
    }

    private func filters(_ pixel: Int, in weights: TensorSlice) -> MatrixView {
        MatrixView(
            weights[pixel * shape.weightCount..<(pixel + 1) * shape.weightCount],
            rows: shape.patchCount,
            columns: shape.outputChannels
        )
    }
}
