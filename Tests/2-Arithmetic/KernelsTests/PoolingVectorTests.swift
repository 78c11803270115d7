import CVectorKernels
import Kernels
import Tensors
import TestSupport
import Testing

/// The vector kernels compared with loops over single floats.
@Suite(.timeLimit(.minutes(10))) struct PoolingVectorTests {
    /// Height, width, kernel, stride: tiling, overlapping, with gaps, with a remainder, global.
    private static let windows = [(4, 6, 2, 2), (5, 5, 3, 2), (5, 7, 2, 3), (5, 4, 2, 2), (3, 3, 3, 1), (1, 1, 1, 1)]
    private static let batch = 2

    @Test(arguments: KernelSweep.instructions, windows)
    func maxPoolingEqualsTheScalarLoops(instructions: Int, window: (h: Int, w: Int, k: Int, s: Int)) {
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
    func averagePoolingEqualsTheScalarLoops(instructions: Int, window: (h: Int, w: Int, k: Int, s: Int)) {
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
        var geometry = Self.geometry((2, 2, 2, 2), 1)
        let (input, output) = (Guarded([1, .nan, 3, 2]), Guarded([0]))
        var tap: UInt16 = 9
        KernelSweep.kernels(instructions).maxPool(&geometry, 1, input.base, output.base, &tap)
        #expect(output.slice[0].isNaN || tap == 1)
    }

    private static func geometry(_ window: (h: Int, w: Int, k: Int, s: Int), _ channels: Int) -> PoolingGeometry {
        PoolingGeometry(
            inputHeight: window.h,
            inputWidth: window.w,
            channels: channels,
            outputHeight: (window.h - window.k) / window.s + 1,
            outputWidth: (window.w - window.k) / window.s + 1,
            kernelHeight: window.k,
            kernelWidth: window.k,
            stride: window.s
        )
    }
}

/// Pooling one float at a time.
private struct ReferencePooling {
    let geometry: PoolingGeometry
    let batch: Int

    var inputCount: Int { batch * geometry.inputHeight * geometry.inputWidth * geometry.channels }
    var outputCount: Int { batch * geometry.outputHeight * geometry.outputWidth * geometry.channels }

    /// The positions of the pixels under an output, row by row.
    private func pixels(under output: Int) -> [Int] {
        let g = geometry
        let (c, x) = (output % g.channels, output / g.channels % g.outputWidth)
        let y = output / (g.channels * g.outputWidth) % g.outputHeight
        let n = output / (g.channels * g.outputWidth * g.outputHeight)
        return (0..<g.kernelHeight * g.kernelWidth).map { tap in
            let (row, column) = (y * g.stride + tap / g.kernelWidth, x * g.stride + tap % g.kernelWidth)
            return ((n * g.inputHeight + row) * g.inputWidth + column) * g.channels + c
        }
    }

    func maxima(of input: [Float]) -> (values: [Float], taps: [Int]) {
        var result: (values: [Float], taps: [Int]) = ([], [])
        for output in 0..<outputCount {
            let values = pixels(under: output).map { input[$0] }
            let greatest = values.max() ?? 0
            result.values.append(greatest)
            result.taps.append(values.firstIndex(of: greatest) ?? 0)
        }
        return result
    }

    func maximaGradient(_ gradient: [Float], taps: [Int]) -> [Float] {
        var result = [Float](repeating: 0, count: inputCount)
        for output in 0..<outputCount { result[pixels(under: output)[taps[output]]] += gradient[output] }
        return result
    }

    func means(of input: [Float]) -> [Float] {
        (0..<outputCount).map { output in
            let values = pixels(under: output).map { input[$0] }
            return values.reduce(0, +) / Float(values.count)
        }
    }

    func meansGradient(_ gradient: [Float]) -> [Float] {
        var result = [Float](repeating: 0, count: inputCount)
        for output in 0..<outputCount {
            let places = pixels(under: output)
            for place in places { result[place] += gradient[output] / Float(places.count) }
        }
        return result
    }
}
