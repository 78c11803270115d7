import CVectorKernels
import Kernels
import Tensors
import TestSupport
import Testing

/// The vector kernels compared with loops over single floats.
@Suite(.timeLimit(.minutes(10))) struct PoolingVectorTests {
    /// Windows that tile, overlap, leave gaps or a remainder, or are global; padded, rounded up, not square.
    private static let windows = [
        shape(4, 6, 2, 2), shape(5, 5, 3, 2), shape(5, 7, 2, 3), shape(5, 4, 2, 2), shape(3, 3, 3, 1),
        shape(1, 1, 1, 1),
        shape(4, 6, 3, 2, padding: 1), shape(5, 4, 3, 3, padding: 1, countsPadding: false),
        shape(5, 6, 3, 2, roundsUp: true),
        shape(6, 5, 4, 3, padding: 2, roundsUp: true), shape(6, 6, 3, 3, padding: 1, roundsUp: true),
        PoolingShape(
            rows: PoolingShape.Axis(input: 5, kernel: 1, stride: 2),
            columns: PoolingShape.Axis(input: 6, kernel: 3, stride: 1, padding: 1),
            channels: 1
        ),
    ]

    private static func shape(
        _ height: Int,
        _ width: Int,
        _ kernel: Int,
        _ stride: Int,
        padding: Int = 0,
        roundsUp: Bool = false,
        countsPadding: Bool = true
    ) -> PoolingShape {
        func axis(_ input: Int) -> PoolingShape.Axis {
            PoolingShape.Axis(input: input, kernel: kernel, stride: stride, padding: padding, roundsUp: roundsUp)
        }
        return PoolingShape(rows: axis(height), columns: axis(width), channels: 1, countsPadding: countsPadding)
    }
    private static let batch = 2

    @Test(arguments: KernelSweep.instructions, windows)
    func maxPoolingEqualsTheScalarLoops(instructions: Int, window: PoolingShape) {
        let kernels = KernelSweep.kernels(instructions)
        for channels in KernelSweep.channels {
            var geometry = Self.geometry(window, channels)
            let reference = ReferencePooling(geometry: geometry, batch: Self.batch)
            let input = KernelSweep.unaligned(reference.inputCount, index: 1)
            // Ties, of which the first one must be taken.
            for i in 0..<reference.inputCount where i % 3 == 0 { input.slice[i] = 0.5 }
            let output = KernelSweep.unaligned(reference.outputCount, index: 2)
            var taps = [UInt16](repeating: 0, count: reference.outputCount)
            kernels.maxPool(&geometry, Self.batch, input.base, output.base, &taps)
            let expected = reference.maxima(of: input.array)
            #expect(output.array == expected.values && taps.map(Int.init) == expected.taps)
            let gradient = KernelSweep.unaligned(reference.outputCount, index: 3)
            kernels.maxPoolGradient(&geometry, Self.batch, gradient.base, taps, input.base)
            #expect(input.array == reference.maximaGradient(gradient.array, taps: expected.taps))
            #expect(input.isIntact && output.isIntact)
        }
    }

    @Test(arguments: KernelSweep.instructions, windows)
    func averagePoolingEqualsTheScalarLoops(instructions: Int, window: PoolingShape) {
        let kernels = KernelSweep.kernels(instructions)
        for channels in KernelSweep.channels {
            var geometry = Self.geometry(window, channels)
            let reference = ReferencePooling(geometry: geometry, batch: Self.batch)
            let input = KernelSweep.unaligned(reference.inputCount, index: 1)
            let output = KernelSweep.unaligned(reference.outputCount, index: 2)
            kernels.averagePool(&geometry, Self.batch, input.base, output.base)
            expectClose(output.array, reference.means(of: input.array), absolute: 1e-6)
            kernels.averagePoolGradient(&geometry, Self.batch, output.base, input.base)
            expectClose(input.array, reference.meansGradient(output.array), absolute: 1e-6)
            #expect(input.isIntact && output.isIntact)
        }
    }

    @Test(arguments: KernelSweep.instructions)
    func NaNCountsAsTheMaximum(instructions: Int) {
        var geometry = Self.geometry(Self.shape(2, 2, 2, 2), 1)
        let (input, output) = (Guarded([1, .nan, 3, 2]), Guarded([0]))
        var tap: UInt16 = 9
        KernelSweep.kernels(instructions).maxPool(&geometry, 1, input.base, output.base, &tap)
        #expect(output.slice[0].isNaN || tap == 1)
    }

    private static func geometry(_ window: PoolingShape, _ channels: Int) -> PoolingGeometry {
        PoolingGeometry(
            inputHeight: window.inputHeight,
            inputWidth: window.inputWidth,
            channels: channels,
            outputHeight: window.outputHeight,
            outputWidth: window.outputWidth,
            kernelHeight: window.rows.kernel,
            kernelWidth: window.columns.kernel,
            strideHeight: window.rows.stride,
            strideWidth: window.columns.stride,
            paddingTop: window.rows.padding,
            paddingLeft: window.columns.padding,
            countsPadding: window.countsPadding
        )
    }
}

/// Pooling one float at a time.
private struct ReferencePooling {
    let geometry: PoolingGeometry
    let batch: Int

    var inputCount: Int { batch * geometry.inputHeight * geometry.inputWidth * geometry.channels }
    var outputCount: Int { batch * geometry.outputHeight * geometry.outputWidth * geometry.channels }

    /// The pixels of an output's window inside the image, row by row, with their indices in the window.
    private func pixels(under output: Int) -> [(tap: Int, place: Int)] {
        let g = geometry
        let (c, x) = (output % g.channels, output / g.channels % g.outputWidth)
        let y = output / (g.channels * g.outputWidth) % g.outputHeight
        let n = output / (g.channels * g.outputWidth * g.outputHeight)
        return (0..<g.kernelHeight * g.kernelWidth).compactMap { tap in
            let row = y * g.strideHeight - g.paddingTop + tap / g.kernelWidth
            let column = x * g.strideWidth - g.paddingLeft + tap % g.kernelWidth
            guard 0..<g.inputHeight ~= row, 0..<g.inputWidth ~= column else { return nil }
            return (tap, ((n * g.inputHeight + row) * g.inputWidth + column) * g.channels + c)
        }
    }

    /// The number of pixels in a window's mean: those of the image, or of the padded image.
    private func divisor(of output: Int) -> Float {
        let g = geometry
        guard g.countsPadding else { return Float(pixels(under: output).count) }
        let (x, y) = (output / g.channels % g.outputWidth, output / (g.channels * g.outputWidth) % g.outputHeight)
        let rows = min(y * g.strideHeight + g.kernelHeight, g.inputHeight + 2 * g.paddingTop) - y * g.strideHeight
        let columns = min(x * g.strideWidth + g.kernelWidth, g.inputWidth + 2 * g.paddingLeft) - x * g.strideWidth
        return Float(rows * columns)
    }

    func maxima(of input: [Float]) -> (values: [Float], taps: [Int]) {
        var result: (values: [Float], taps: [Int]) = ([], [])
        for output in 0..<outputCount {
            let pixels = pixels(under: output)
            let greatest = pixels.map { input[$0.place] }.max() ?? 0
            result.values.append(greatest)
            result.taps.append(pixels.first { input[$0.place] == greatest }?.tap ?? 0)
        }
        return result
    }

    func maximaGradient(_ gradient: [Float], taps: [Int]) -> [Float] {
        var result = [Float](repeating: 0, count: inputCount)
        for output in 0..<outputCount {
            for pixel in pixels(under: output) where pixel.tap == taps[output] {
                result[pixel.place] += gradient[output]
            }
        }
        return result
    }

    func means(of input: [Float]) -> [Float] {
        (0..<outputCount).map { output in
            pixels(under: output).reduce(0) { $0 + input[$1.place] } / divisor(of: output)
        }
    }

    func meansGradient(_ gradient: [Float]) -> [Float] {
        var result = [Float](repeating: 0, count: inputCount)
        for output in 0..<outputCount {
            for pixel in pixels(under: output) { result[pixel.place] += gradient[output] / divisor(of: output) }
        }
        return result
    }
}
