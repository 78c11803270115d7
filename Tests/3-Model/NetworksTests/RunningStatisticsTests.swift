import Networks
import Tensors
import TestSupport
import Testing

/// The statistics that batch normalization keeps for evaluation, and their use.
@Suite(.timeLimit(.minutes(10))) struct RunningStatisticsTests {
    private static let (pixels, channels, batch) = (6, 3, 4)

    private func run() throws -> LayerRun {
        let shape = FeatureShape.image(height: 2, width: 3, channels: Self.channels)
        let run = try LayerRun([BatchNorm2D()], on: shape, maximumBatch: Self.batch)
        run.setParameters { $0.name.hasSuffix("weight") ? [0.5, 2, -1] : [0.25, -1, 3] }
        return run
    }

    /// Channels with the variances 1, 1e-5 (equal to epsilon), and a millionth of that: each keeps its digits.
    @Test func theRunningVarianceIsTheUnbiasedOneWithoutEpsilon() throws {
        let run = try run()
        let scales: [Float] = [1, 3e-3, 3e-6]
        let values = randomValues(Self.batch * Self.pixels * Self.channels, index: 3)
        let input = values.indices.map { values[$0] * scales[$0 % Self.channels] }
        _ = run.output(of: input, samples: trainingSamples(Self.batch))
        let columns = (0..<Self.channels).map { channel in
            stride(from: channel, to: input.count, by: Self.channels).map { Double(input[$0]) }
        }
        let means = columns.map { $0.reduce(0, +) / Double($0.count) }
        let variances = zip(columns, means).map { column, mean in
            column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(column.count - 1)
        }
        // Weighted by the shard's samples; the trainer divides by the batch.
        let sums = run.statisticSums.slice
        let (mean, variance) = (run.sequence.statistics[0].range, run.sequence.statistics[1].range)
        expectClose(sums[mean].array, means.map { Float($0 * Double(Self.batch)) }, absolute: 0, relative: 1e-5)
        expectClose(sums[variance].array, variances.map { Float($0 * Double(Self.batch)) }, absolute: 0, relative: 1e-5)
    }

    /// By hand: two pixels of two channels, in memory (0, 1), (2, 3), in files (0, 2), (1, 3).
    @Test func theStatisticsOfAFlattenedImageAreInTheOrderOfFiles() throws {
        let shape = FeatureShape.image(height: 1, width: 2, channels: 2)
        let run = try LayerRun([Flatten(), BatchNorm1D()], on: shape, maximumBatch: 2)
        run.setParameters { parameter in
            #expect(parameter.shape == [4])
            return parameter.name == "1.weight" ? [1, 1, 1, 1] : [0, 20, 10, 30]
        }
        let output = run.output(of: [-1, 0, 1, 2, 1, 2, 3, 4], samples: trainingSamples(2))
        // Each number is a unit from its mean; shifts are those of its place in the file.
        expectClose(output, [-1, 9, 19, 29, 1, 11, 21, 31], absolute: 1e-3)
        let mean = run.sequence.statistics[0]
        #expect(mean.values(in: run.statisticSums.slice) == [0, 4, 2, 6])
        mean.store([5, 6, 7, 8], in: run.runningStatistics.slice)
        #expect(run.runningStatistics.slice[mean.range].array == [5, 7, 6, 8])
    }

    /// A running variance so small that epsilon matters.
    @Test func evaluationAndItsGradientUseTheRunningStatisticsAndEpsilon() throws {
        let run = try run()
        let (means, variances): ([Float], [Float]) = ([0.1, -0.2, 0.3], [1, 1e-5, 0])
        run.runningStatistics.slice[run.sequence.statistics[0].range].copy(from: means)
        run.runningStatistics.slice[run.sequence.statistics[1].range].copy(from: variances)
        let input = randomValues(Self.batch * Self.pixels * Self.channels, index: 4)
        let gradient = randomValues(input.count, index: 5)
        let (output, gradients) = run.outputAndGradients(of: input, inEvaluation: true) { _ in gradient }
        let (weights, biases): ([Double], [Double]) = ([0.5, 2, -1], [0.25, -1, 3])
        let scales = (0..<Self.channels).map { weights[$0] / (Double(variances[$0]) + 1e-5).squareRoot() }
        let expected = input.indices.map { index in
            let channel = index % Self.channels
            return Float((Double(input[index]) - Double(means[channel])) * scales[channel] + biases[channel])
        }
        expectClose(output, expected, absolute: 1e-4, relative: 1e-5)
        let slopes = gradient.indices.map { Float(Double(gradient[$0]) * scales[$0 % Self.channels]) }
        expectClose(gradients.input, slopes, absolute: 0, relative: 1e-5)
    }
}
