import Kernels
import Tensors
import TestSupport
import Testing

/// Pooling compared with loops over samples, windows, channels and taps.
@Suite(.timeLimit(.minutes(10))) struct PoolingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let shape: PoolingShape
        let kernel: Int
        let stride: Int
        let batch: Int
        var testDescription: String {
            "\(batch) of \(shape.inputHeight)×\(shape.inputWidth)×\(shape.channels), \(kernel) by \(stride)"
        }

        init(_ height: Int, _ width: Int, _ channels: Int, kernel: Int, stride: Int, batch: Int = 3) {
            shape = PoolingShape(
                rows: PoolingShape.Axis(input: height, kernel: kernel, stride: stride),
                columns: PoolingShape.Axis(input: width, kernel: kernel, stride: stride),
                channels: channels
            )
            (self.kernel, self.stride) = (kernel, stride)
            self.batch = batch
        }

        var inputCount: Int { batch * shape.inputHeight * shape.inputWidth * shape.channels }
        var outputCount: Int { batch * shape.outputHeight * shape.outputWidth * shape.channels }

        /// The inputs in the window of an output, in row order.
        func window(_ output: Int) -> [Int] {
            let channel = output % shape.channels
            let column = output / shape.channels % shape.outputWidth
            let row = output / (shape.channels * shape.outputWidth) % shape.outputHeight
            let sample = output / (shape.channels * shape.outputWidth * shape.outputHeight)
            return (0..<kernel * kernel).map { tap in
                let y = row * stride + tap / kernel
                let x = column * stride + tap % kernel
                return ((sample * shape.inputHeight + y) * shape.inputWidth + x) * shape.channels + channel
            }
        }
    }

    private static let cases = [
        Case(2, 2, 1, kernel: 2, stride: 2, batch: 1), Case(4, 6, 16, kernel: 2, stride: 2),
        Case(5, 7, 3, kernel: 2, stride: 2), Case(8, 8, 33, kernel: 2, stride: 2), Case(7, 9, 17, kernel: 3, stride: 2),
        Case(6, 5, 5, kernel: 3, stride: 1), Case(5, 8, 9, kernel: 2, stride: 3), Case(3, 5, 7, kernel: 1, stride: 2),
        Case(5, 5, 31, kernel: 5, stride: 5), Case(4, 4, 8, kernel: 2, stride: 2, batch: 0),
    ]

    /// Few distinct values, so that windows have ties: the first one in row order must be taken.
    @Test(arguments: cases)
    func ofEqualMaximaTheFirstIsTaken(_ test: Case) {
        let input = buffer(randomValues(test.inputCount, index: 1).map { ($0 * 4).rounded() })
        let (output, winners) = (unsetBuffer(test.outputCount), unsetBuffer(test.outputCount))
        Pooling.max(test.shape, batch: test.batch, input: input.slice, output: output.slice, winners: winners.slice)
        let gradient = buffer(randomValues(test.outputCount, index: 2))
        let inputGradient = unsetBuffer(test.inputCount)
        Pooling.maxBackward(
            test.shape,
            batch: test.batch,
            outputGradient: gradient.slice,
            winners: winners.slice,
            inputGradient: inputGradient.slice
        )

        var expectedGradient = [Float](repeating: 0, count: test.inputCount)
        for index in 0..<test.outputCount {
            let window = test.window(index)
            let largest = window.reduce(-Float.infinity) { max($0, input.slice[$1]) }
            #expect(output.slice[index] == largest)
            let winner = window.first { input.slice[$0] == largest } ?? -1
            expectedGradient[winner] += gradient.slice[index]
        }
        expectClose(inputGradient.array, expectedGradient, absolute: 1e-6, relative: 0)
    }

    @Test func maxPoolingKeepsNaN() {
        let shape = PoolingShape.whole(pixelCount: 4, channels: 19)
        for tap in 0..<4 {
            let input = buffer((0..<76).map { $0 / 19 == tap && $0 % 2 == 0 ? .nan : 1 })
            let (output, winners) = (unsetBuffer(19), unsetBuffer(19))
            Pooling.max(shape, batch: 1, input: input.slice, output: output.slice, winners: winners.slice)
            let expected = (0..<19).map { input.slice[tap * 19 + $0].isNaN }
            #expect(output.array.map { $0.isNaN } == expected, "tap \(tap)")
        }
    }

    @Test(arguments: cases)
    func averageIsTheMeanOfTheWindow(_ test: Case) {
        let input = buffer(randomValues(test.inputCount, index: 1))
        let output = unsetBuffer(test.outputCount)
        Pooling.average(test.shape, batch: test.batch, input: input.slice, output: output.slice)
        let gradient = buffer(randomValues(test.outputCount, index: 2))
        let inputGradient = unsetBuffer(test.inputCount)
        Pooling.averageBackward(
            test.shape,
            batch: test.batch,
            outputGradient: gradient.slice,
            inputGradient: inputGradient.slice
        )

        var expectedGradient = [Float](repeating: 0, count: test.inputCount)
        let taps = Float(test.kernel * test.kernel)
        let expected = (0..<test.outputCount).map { index in
            let window = test.window(index)
            for position in window { expectedGradient[position] += gradient.slice[index] / taps }
            return window.reduce(0) { $0 + input.slice[$1] } / taps
        }
        expectClose(output.array, expected, absolute: 1e-6, relative: 1e-6)
        expectClose(inputGradient.array, expectedGradient, absolute: 1e-6, relative: 1e-6)
    }

    @Test(arguments: [(1, 1), (15, 3), (35, 17), (64, 64), (9, 33)], [1, 3])
    func globalAverageIsTheMeanOfEachChannel(size: (pixels: Int, channels: Int), batch: Int) {
        let (pixels, channels) = size
        let input = buffer(randomValues(batch * pixels * channels, index: 1))
        let output = unsetBuffer(batch * channels)
        let shape = PoolingShape.whole(pixelCount: pixels, channels: channels)
        Pooling.average(shape, batch: batch, input: input.slice, output: output.slice)
        let expected = (0..<batch * channels).map { index in
            let (sample, channel) = (index / channels, index % channels)
            let sum = (0..<pixels).reduce(0.0) { sum, pixel in
                sum + Double(input.slice[(sample * pixels + pixel) * channels + channel])
            }
            return Float(sum / Double(pixels))
        }
        expectClose(output.array, expected, absolute: 1e-6, relative: 1e-6)

        let inputGradient = unsetBuffer(input.count)
        Pooling.averageBackward(shape, batch: batch, outputGradient: output.slice, inputGradient: inputGradient.slice)
        let spread = (0..<input.count).map { index in
            output.slice[index / (pixels * channels) * channels + index % channels] / Float(pixels)
        }
        expectClose(inputGradient.array, spread, absolute: 0, relative: 1e-6)
    }
}
