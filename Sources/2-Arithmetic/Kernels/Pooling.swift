import CVectorKernels
package import Tensors

/// The window of a pooling layer over channels-last images, without padding; a remainder at the edge is left out.
package struct PoolingShape: Hashable, Sendable {
    /// The largest window: its pixels are counted in 16 bits.
    package static let kernelLimit = 256

    /// Rows of an input image.
    package let inputHeight: Int
    /// Columns of an input image.
    package let inputWidth: Int
    /// Channels, the same before and after.
    package let channels: Int
    /// Rows and columns of the window, at most the image's.
    package let kernel: Int
    /// Rows and columns from one window to the next, at least 1.
    package let stride: Int

    /// Rows of an output image: `(H - K) / S + 1`.
    package var outputHeight: Int { (inputHeight - kernel) / stride + 1 }
    /// Columns of an output image.
    package var outputWidth: Int { (inputWidth - kernel) / stride + 1 }

    package init(inputHeight: Int, inputWidth: Int, channels: Int, kernel: Int, stride: Int) {
        precondition(
            1...Self.kernelLimit ~= kernel && stride >= 1 && kernel <= min(inputHeight, inputWidth),
            "PoolingShape: kernel \(kernel), stride \(stride) found on \(inputHeight)×\(inputWidth)"
        )
        self.inputHeight = inputHeight
        self.inputWidth = inputWidth
        self.channels = channels
        self.kernel = kernel
        self.stride = stride
    }

    var inputCount: Int { inputHeight * inputWidth * channels }
    var outputCount: Int { outputHeight * outputWidth * channels }

    /// Floats of memory that `Pooling.max` needs to keep which pixels won.
    ///
    /// - Parameter batch: Number of images.
    /// - Returns: Room for 16 bits an output.
    package func winnerCount(batch: Int) -> Int { (batch * outputCount + 1) / 2 }

    var geometry: PoolingGeometry {
        PoolingGeometry(
            inputHeight: inputHeight,
            inputWidth: inputWidth,
            channels: channels,
            outputHeight: outputHeight,
            outputWidth: outputWidth,
            kernelHeight: kernel,
            kernelWidth: kernel,
            stride: stride
        )
    }
}

/// Max and average pooling of `[N, H, W, C]`.
package enum Pooling {
    /// Takes the largest value of each window; of equal ones the first, as PyTorch does.
    ///
    /// - Parameters:
    ///   - shape: The window.
    ///   - batch: N.
    ///   - input: `[N, H, W, C]`.
    ///   - output: `[N, OH, OW, C]`, overwritten.
    ///   - winners: `winnerCount` floats of memory, overwritten with the winners' positions in their windows.
    package static func max(
        _ shape: PoolingShape,
        batch: Int,
        input: TensorSlice,
        output: TensorSlice,
        winners: TensorSlice
    ) {
        check(shape, batch, input, output)
        withTaps(winners, shape, batch) { taps in
            withUnsafePointer(to: shape.geometry) { kernels.maxPool($0, batch, input.base, output.base, taps) }
        }
    }

    /// Sends each output gradient to the pixel that won.
    ///
    /// - Parameters:
    ///   - shape: The window.
    ///   - batch: N.
    ///   - outputGradient: `[N, OH, OW, C]`.
    ///   - winners: What `max` wrote.
    ///   - inputGradient: `[N, H, W, C]`, overwritten.
    package static func maxBackward(
        _ shape: PoolingShape,
        batch: Int,
        outputGradient: TensorSlice,
        winners: TensorSlice,
        inputGradient: TensorSlice
    ) {
        check(shape, batch, inputGradient, outputGradient)
        withTaps(winners, shape, batch) { taps in
            withUnsafePointer(to: shape.geometry) {
                kernels.maxPoolGradient($0, batch, outputGradient.base, taps, inputGradient.base)
            }
        }
    }

    /// Takes the mean of each window.
    ///
    /// - Parameters:
    ///   - shape: The window.
    ///   - batch: N.
    ///   - input: `[N, H, W, C]`.
    ///   - output: `[N, OH, OW, C]`, overwritten.
    package static func average(_ shape: PoolingShape, batch: Int, input: TensorSlice, output: TensorSlice) {
        check(shape, batch, input, output)
        withUnsafePointer(to: shape.geometry) { kernels.averagePool($0, batch, input.base, output.base) }
    }

    /// Spreads each output gradient evenly over its window.
    ///
    /// - Parameters:
    ///   - shape: The window.
    ///   - batch: N.
    ///   - outputGradient: `[N, OH, OW, C]`.
    ///   - inputGradient: `[N, H, W, C]`, overwritten.
    package static func averageBackward(
        _ shape: PoolingShape,
        batch: Int,
        outputGradient: TensorSlice,
        inputGradient: TensorSlice
    ) {
        check(shape, batch, inputGradient, outputGradient)
        withUnsafePointer(to: shape.geometry) {
            kernels.averagePoolGradient($0, batch, outputGradient.base, inputGradient.base)
        }
    }

    /// Takes each channel's mean over the whole image.
    ///
    /// - Parameters:
    ///   - input: `[N, H, W, C]`.
    ///   - channels: C.
    ///   - batch: N.
    ///   - output: `[N, C]`, overwritten.
    package static func globalAverage(_ input: TensorSlice, channels: Int, batch: Int, into output: TensorSlice) {
        withUnsafePointer(to: wholeImage(input.count / batch, channels)) {
            kernels.averagePool($0, batch, input.base, output.base)
        }
    }

    /// Spreads each channel's gradient evenly over the image.
    ///
    /// - Parameters:
    ///   - outputGradient: `[N, C]`.
    ///   - channels: C.
    ///   - batch: N.
    ///   - inputGradient: `[N, H, W, C]`, overwritten.
    package static func globalAverageBackward(
        _ outputGradient: TensorSlice,
        channels: Int,
        batch: Int,
        inputGradient: TensorSlice
    ) {
        withUnsafePointer(to: wholeImage(inputGradient.count / batch, channels)) {
            kernels.averagePoolGradient($0, batch, outputGradient.base, inputGradient.base)
        }
    }

    private static var kernels: VectorKernels { VectorInstructions.inUse.kernels }

    /// One window over all pixels of an image, which may as well lie in one row.
    private static func wholeImage(_ count: Int, _ channels: Int) -> PoolingGeometry {
        let pixels = count / channels
        return PoolingGeometry(
            inputHeight: 1,
            inputWidth: pixels,
            channels: channels,
            outputHeight: 1,
            outputWidth: 1,
            kernelHeight: 1,
            kernelWidth: pixels,
            stride: 1
        )
    }

    private static func withTaps(
        _ winners: TensorSlice,
        _ shape: PoolingShape,
        _ batch: Int,
        _ body: (UnsafeMutablePointer<UInt16>) -> Void
    ) {
        let needed = shape.winnerCount(batch: batch)
        precondition(winners.count >= needed, "Pooling: \(winners.count) floats for winners found, \(needed) needed")
        winners.base.withMemoryRebound(to: UInt16.self, capacity: 2 * needed, body)
    }

    private static func check(_ shape: PoolingShape, _ batch: Int, _ input: TensorSlice, _ output: TensorSlice) {
        precondition(
            input.count == batch * shape.inputCount && output.count == batch * shape.outputCount,
            """
            Pooling: \(input.count) input and \(output.count) output floats found, \
            \(batch * shape.inputCount) and \(batch * shape.outputCount) needed
            """
        )
    }
}
