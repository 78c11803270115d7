import CVectorKernels
package import Tensors

/// The windows of a pooling layer over channels-last images.
package struct PoolingShape: Hashable, Sendable {
    /// The largest number of pixels in a max-pooling window: their indices have 16 bits.
    package static let windowLimit = 1 << 16

    /// The windows' rows.
    package let rows: Axis
    /// The windows' columns.
    package let columns: Axis
    /// Channels, the same before and after.
    package let channels: Int
    /// Whether means include the padding, which is 0.
    package let countsPadding: Bool

    /// The windows along one axis.
    package struct Axis: Hashable, Sendable {
        /// The input's pixels.
        package let input: Int
        /// The window's pixels.
        package let kernel: Int
        /// The stride in pixels.
        package let stride: Int
        /// The padding on each side in pixels.
        package let padding: Int
        /// Whether the output's size is rounded up.
        package let roundsUp: Bool

        /// Windows along an axis.
        ///
        /// - Parameters:
        ///   - input: The input's pixels.
        ///   - kernel: The window's pixels, at most those of the padded image.
        ///   - stride: The stride in pixels, at least 1.
        ///   - padding: The padding on each side in pixels, at most half the kernel; by default 0.
        ///   - roundsUp: Whether the output's size is rounded up; by default down.
        package init(input: Int, kernel: Int, stride: Int, padding: Int = 0, roundsUp: Bool = false) {
            precondition(
                kernel >= 1 && stride >= 1 && kernel <= input + 2 * padding && 0...kernel / 2 ~= padding,
                "PoolingShape: kernel \(kernel), stride \(stride), padding \(padding) found on \(input) pixels"
            )
            self.input = input
            self.kernel = kernel
            self.stride = stride
            self.padding = padding
            self.roundsUp = roundsUp
        }

        /// The output's pixels: `(H + 2P - K) / S + 1`, rounded down or up.
        ///
        /// As in PyTorch, there is no window that would start beyond the image and the padding before it.
        package var output: Int {
            let room = input + 2 * padding - kernel
            guard roundsUp else { return room / stride + 1 }
            let last = (room + stride - 1) / stride
            return last * stride >= input + padding ? last : last + 1
        }
    }

    /// Rows of an input image.
    package var inputHeight: Int { rows.input }
    /// Columns of an input image.
    package var inputWidth: Int { columns.input }
    /// Rows of an output image.
    package var outputHeight: Int { rows.output }
    /// Columns of an output image.
    package var outputWidth: Int { columns.output }

    /// Windows along two axes.
    ///
    /// - Parameters:
    ///   - rows: The windows' rows.
    ///   - columns: The windows' columns.
    ///   - channels: Channels.
    ///   - countsPadding: Whether means include the padding; by default they do.
    package init(rows: Axis, columns: Axis, channels: Int, countsPadding: Bool = true) {
        self.rows = rows
        self.columns = columns
        self.channels = channels
        self.countsPadding = countsPadding
    }

    var inputCount: Int { inputHeight * inputWidth * channels }
    var outputCount: Int { outputHeight * outputWidth * channels }

    /// Floats of memory in which `Pooling.max` saves the positions of the maxima.
    ///
    /// - Parameter batch: Number of images.
    /// - Returns: Space for 16 bits per output.
    package func winnerCount(batch: Int) -> Int { (batch * outputCount + 1) / 2 }

    var geometry: PoolingGeometry {
        PoolingGeometry(
            inputHeight: inputHeight,
            inputWidth: inputWidth,
            channels: channels,
            outputHeight: outputHeight,
            outputWidth: outputWidth,
            kernelHeight: rows.kernel,
            kernelWidth: columns.kernel,
            strideHeight: rows.stride,
            strideWidth: columns.stride,
            paddingTop: rows.padding,
            paddingLeft: columns.padding,
            countsPadding: countsPadding
        )
    }

    /// One window over all pixels of an image, as if they were one row.
    ///
    /// - Parameters:
    ///   - pixelCount: Rows times columns.
    ///   - channels: Channels.
    /// - Returns: The window.
    package static func whole(pixelCount: Int, channels: Int) -> PoolingShape {
        PoolingShape(
            rows: Axis(input: 1, kernel: 1, stride: 1),
            columns: Axis(input: pixelCount, kernel: pixelCount, stride: 1),
            channels: channels
        )
    }
}

/// Max and average pooling of `[N, H, W, C]`.
package enum Pooling {
    /// Takes the maximum of each window; of equal values the first one, as in PyTorch.
    ///
    /// - Parameters:
    ///   - shape: The window.
    ///   - batch: N.
    ///   - input: `[N, H, W, C]`.
    ///   - output: `[N, OH, OW, C]`, overwritten.
    ///   - winners: `winnerCount` floats of memory, overwritten with the positions of the maxima in their windows.
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

    /// Sends each output gradient to the pixel of the maximum.
    ///
    /// - Parameters:
    ///   - shape: The window.
    ///   - batch: N.
    ///   - outputGradient: `[N, OH, OW, C]`.
    ///   - winners: As written by `max`.
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

    private static var kernels: VectorKernels { VectorInstructions.inUse.kernels }

    private static func withTaps(
        _ winners: TensorSlice,
        _ shape: PoolingShape,
        _ batch: Int,
        _ body: (UnsafeMutablePointer<UInt16>) -> Void
    ) {
        let tapCount = shape.rows.kernel * shape.columns.kernel
        precondition(
            tapCount <= PoolingShape.windowLimit,
            "Pooling: windows of \(tapCount) pixels found, at most \(PoolingShape.windowLimit) needed"
        )
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
