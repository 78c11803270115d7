public import Tensors

/// The window of a pooling layer over channels-last images, without padding; a remainder at the edge is left out.
public struct PoolingShape: Hashable, Sendable {
    /// Rows of an input image.
    public let inputHeight: Int
    /// Columns of an input image.
    public let inputWidth: Int
    /// Channels, the same before and after.
    public let channels: Int
    /// Rows and columns of the window.
    public let kernel: Int
    /// Rows and columns from one window to the next.
    public let stride: Int

    /// Rows of an output image: `(H - K) / S + 1`.
    public var outputHeight: Int { (inputHeight - kernel) / stride + 1 }
    /// Columns of an output image.
    public var outputWidth: Int { (inputWidth - kernel) / stride + 1 }

    /// A window.
    ///
    /// - Parameters:
    ///   - inputHeight: Rows of an input image.
    ///   - inputWidth: Columns of an input image.
    ///   - channels: Channels.
    ///   - kernel: At most the image's rows and columns.
    ///   - stride: At least 1.
    public init(inputHeight: Int, inputWidth: Int, channels: Int, kernel: Int, stride: Int) {
        precondition(
            kernel >= 1 && stride >= 1 && kernel <= min(inputHeight, inputWidth),
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

    /// Calls `body` with the float offsets of every window's output pixel and top-left input pixel.
    @inline(__always)
    func forEachWindow(batch: Int, _ body: (_ output: Int, _ corner: Int) -> Void) {
        var output = 0
        for n in 0..<batch {
            for row in 0..<outputHeight {
                for column in 0..<outputWidth {
                    let corner = (row * stride * inputWidth + column * stride) * channels + n * inputCount
                    body(output, corner)
                    output += channels
                }
            }
        }
    }

    /// The float offset of the window's pixel `tap`, counted row by row, from its top-left pixel.
    @inline(__always)
    func offset(ofTap tap: Int) -> Int {
        (tap / kernel * inputWidth + tap % kernel) * channels
    }
}

/// Max and average pooling of `[N, H, W, C]`.
public enum Pooling {
    /// Takes the largest value of each window; of equal ones the first, as PyTorch does.
    ///
    /// - Parameters:
    ///   - shape: The window.
    ///   - batch: N.
    ///   - input: `[N, H, W, C]`.
    ///   - output: `[N, OH, OW, C]`, overwritten.
    ///   - taps: `[N, OH, OW, C]`, overwritten with the winner's position in its window, as a float.
    public static func max(
        _ shape: PoolingShape,
        batch: Int,
        input: TensorSlice,
        output: TensorSlice,
        taps: TensorSlice
    ) {
        check(shape, batch, input, output)
        shape.forEachWindow(batch: batch) { start, corner in
            let (x, y, winner) = (input.base + corner, output.base + start, taps.base + start)
            for c in 0..<shape.channels {
                y[c] = x[c]
                winner[c] = 0
            }
            for tap in 1..<Swift.max(shape.kernel * shape.kernel, 1) {
                let pixel = x + shape.offset(ofTap: tap)
                for c in 0..<shape.channels where pixel[c] > y[c] || pixel[c].isNaN {
                    y[c] = pixel[c]
                    winner[c] = Float(tap)
                }
            }
        }
    }

    /// Sends each output gradient to the pixel that won.
    ///
    /// - Parameters:
    ///   - shape: The window.
    ///   - batch: N.
    ///   - outputGradient: `[N, OH, OW, C]`.
    ///   - taps: What `max` wrote.
    ///   - inputGradient: `[N, H, W, C]`, overwritten.
    public static func maxBackward(
        _ shape: PoolingShape,
        batch: Int,
        outputGradient: TensorSlice,
        taps: TensorSlice,
        inputGradient: TensorSlice
    ) {
        check(shape, batch, inputGradient, outputGradient)
        inputGradient.fill(0)
        shape.forEachWindow(batch: batch) { start, corner in
            let (gradient, winner, target) = (
                outputGradient.base + start, taps.base + start, inputGradient.base + corner
            )
            for c in 0..<shape.channels {
                target[shape.offset(ofTap: Int(winner[c])) + c] += gradient[c]
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
    public static func average(_ shape: PoolingShape, batch: Int, input: TensorSlice, output: TensorSlice) {
        check(shape, batch, input, output)
        let scale = 1 / Float(shape.kernel * shape.kernel)
        shape.forEachWindow(batch: batch) { start, corner in
            let (x, y) = (input.base + corner, output.base + start)
            for c in 0..<shape.channels { y[c] = 0 }
            for tap in 0..<shape.kernel * shape.kernel {
                let pixel = x + shape.offset(ofTap: tap)
                for c in 0..<shape.channels { y[c] += pixel[c] }
            }
            for c in 0..<shape.channels { y[c] *= scale }
        }
    }

    /// Spreads each output gradient evenly over its window.
    ///
    /// - Parameters:
    ///   - shape: The window.
    ///   - batch: N.
    ///   - outputGradient: `[N, OH, OW, C]`.
    ///   - inputGradient: `[N, H, W, C]`, overwritten.
    public static func averageBackward(
        _ shape: PoolingShape,
        batch: Int,
        outputGradient: TensorSlice,
        inputGradient: TensorSlice
    ) {
        check(shape, batch, inputGradient, outputGradient)
        let scale = 1 / Float(shape.kernel * shape.kernel)
        inputGradient.fill(0)
        shape.forEachWindow(batch: batch) { start, corner in
            let (gradient, target) = (outputGradient.base + start, inputGradient.base + corner)
            for tap in 0..<shape.kernel * shape.kernel {
                let pixel = target + shape.offset(ofTap: tap)
                for c in 0..<shape.channels { pixel[c] += gradient[c] * scale }
            }
        }
    }

    /// Takes each channel's mean over the whole image.
    ///
    /// - Parameters:
    ///   - input: `[N, H, W, C]`.
    ///   - channels: C.
    ///   - batch: N.
    ///   - output: `[N, C]`, overwritten.
    public static func globalAverage(_ input: TensorSlice, channels: Int, batch: Int, into output: TensorSlice) {
        let imageCount = input.count / batch
        let scale = Float(channels) / Float(imageCount)
        for n in 0..<batch {
            let mean = output[n * channels..<(n + 1) * channels]
            Elementwise.sumRows(of: input[n * imageCount..<(n + 1) * imageCount], into: mean)
            for c in 0..<channels { mean.base[c] *= scale }
        }
    }

    /// Spreads each channel's gradient evenly over the image.
    ///
    /// - Parameters:
    ///   - outputGradient: `[N, C]`.
    ///   - channels: C.
    ///   - batch: N.
    ///   - inputGradient: `[N, H, W, C]`, overwritten.
    public static func globalAverageBackward(
        _ outputGradient: TensorSlice,
        channels: Int,
        batch: Int,
        inputGradient: TensorSlice
    ) {
        let imageCount = inputGradient.count / batch
        let scale = Float(channels) / Float(imageCount)
        for n in 0..<batch {
            let gradient = outputGradient.base + n * channels
            for pixel in stride(from: n * imageCount, to: (n + 1) * imageCount, by: channels) {
                for c in 0..<channels { inputGradient.base[pixel + c] = gradient[c] * scale }
            }
        }
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
