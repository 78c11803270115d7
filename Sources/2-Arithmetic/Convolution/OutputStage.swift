import CVectorKernels
import Kernels
import Tensors

/// The fused end of a convolution and its backward pass: bias, ReLU and pooling of a chunk of output rows in cache.
///
/// Rows count through the batch; with pooling, chunks must start and end at even rows.
struct OutputStage: Sendable {
    let shape: ConvolutionShape
    let epilogue: ConvolutionEpilogue
    let instructions: VectorInstructions

    /// Floats of one row before pooling.
    var rowCount: Int { shape.outputWidth * shape.outputChannels }

    /// Whether the convolution's result is written to scratch memory first, because the pooled output is smaller.
    var isPooled: Bool { epilogue == .reluMaxPool2 }

    /// Floats of the output that comes from `rows` rows.
    func outputCount(rows: Int) -> Int { isPooled ? rows * rowCount / 4 : rows * rowCount }

    /// Floats that hold the positions of the maxima in `rows` rows, one byte each.
    func savedCount(rows: Int) -> Int {
        isPooled ? (outputCount(rows: rows) + 3) / MemoryLayout<Float>.size : 0
    }

    /// Turns sums into outputs, in place in the pass's output, or from `sums` when pooled.
    ///
    /// - Parameters:
    ///   - sums: The convolution without bias at `rows`; unless pooled, a part of the output.
    ///   - rows: The output rows before pooling.
    ///   - pass: Bias, output and saved positions.
    func finish(_ sums: TensorSlice, rows: Range<Int>, of pass: ForwardPass) {
        switch epilogue {
        case .none, .relu:
            guard pass.bias != nil || epilogue == .relu else { return }
            instructions.kernels.addBias(
                rows.count * shape.outputWidth,
                shape.outputChannels,
                pass.bias?.base,
                epilogue == .relu,
                sums.base
            )
        case .reluMaxPool2:
            let start = outputCount(rows: rows.lowerBound)
            instructions.kernels.addBiasPool(
                rows.count / 2,
                shape.outputWidth,
                shape.outputChannels,
                pass.bias?.base,
                sums.base,
                pass.output.base + start,
                positions(pass.saved) + start
            )
        }
    }

    /// The gradient with respect to the sums: a part of the output's gradient, or computed into `scratch`.
    ///
    /// - Parameters:
    ///   - rows: The output rows before pooling.
    ///   - pass: Output, its gradient and saved positions.
    ///   - scratch: `[rows, outputWidth, O]`.
    /// - Returns: `[rows, outputWidth, O]`.
    func sumsGradient(rows: Range<Int>, of pass: BackwardPass, scratch: TensorSlice) -> TensorSlice {
        let start = outputCount(rows: rows.lowerBound)
        let count = rows.count * rowCount
        let gradient = pass.outputGradient.base + start
        switch epilogue {
        case .none:
            return pass.outputGradient[start..<start + count]
        case .relu:
            instructions.kernels.maskGradient(count, pass.output.base + start, gradient, scratch.base)
        case .reluMaxPool2:
            instructions.kernels.unpoolGradient(
                rows.count / 2,
                shape.outputWidth,
                shape.outputChannels,
                gradient,
                positions(pass.saved) + start,
                scratch.base
            )
        }
        return scratch.prefix(count)
    }

    func positions(_ saved: TensorSlice) -> UnsafeMutablePointer<UInt8> {
        UnsafeMutableRawPointer(saved.base).assumingMemoryBound(to: UInt8.self)
    }
}
