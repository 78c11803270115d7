package import ConfigurationFiles
import Kernels
package import Tensors

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A moving average of weights and running statistics, which is evaluated and saved in their place.
///
/// With `isTrainedOn`, training goes on from the average whenever it has moved: Lookahead (Zhang et al., "Lookahead
/// optimizer: k steps forward, 1 step back", 2019), whose slow weights the average are. Every rank keeps the whole average
/// and moves it alike.
package final class WeightAverage: Sendable {
    /// When and how far it moves.
    package let rule: AveragingOptions.Rule
    /// The averaged parameters, laid out like a replica's.
    package let parameters: AlignedBuffer
    /// The averaged running statistics, laid out like a replica's.
    package let runningStatistics: AlignedBuffer

    /// An average that starts as these weights.
    ///
    /// - Parameters:
    ///   - rule: When and how far it moves.
    ///   - parameters: The initial parameters.
    ///   - runningStatistics: The initial running statistics.
    package init(_ rule: AveragingOptions.Rule, of parameters: TensorSlice, _ runningStatistics: TensorSlice) {
        self.rule = rule
        self.parameters = AlignedBuffer(count: parameters.count)
        self.runningStatistics = AlignedBuffer(count: runningStatistics.count)
        restart(from: parameters, runningStatistics)
    }

    /// Makes the average these weights.
    package func restart(from parameters: TensorSlice, _ runningStatistics: TensorSlice) {
        self.parameters.slice.copy(from: parameters)
        self.runningStatistics.slice.copy(from: runningStatistics)
    }

    /// Moves the average towards the weights, where the step is one after which it moves: `a ← d·a + (1 - d)·w`.
    ///
    /// - Parameters:
    ///   - parameters: The parameters after the step; overwritten with the average if training goes on from it.
    ///   - runningStatistics: The running statistics after the step, likewise.
    ///   - step: Steps done.
    ///   - totalSteps: Steps of the whole run.
    package func update(
        with parameters: TensorSlice,
        _ runningStatistics: TensorSlice,
        afterStep step: Int,
        of totalSteps: Int
    ) {
        guard step % rule.everySteps == 0 else { return }
        let decay = Float(decay(afterStep: step, of: totalSteps))
        for (average, values) in [
            (self.parameters.slice, parameters), (self.runningStatistics.slice, runningStatistics),
        ] {
            Elementwise.interpolate(average, values, share: decay, into: average)
            if rule.isTrainedOn { values.copy(from: average) }
        }
    }

    /// The share of the old average after a step: `rule.decay · (step / totalSteps)^rampPower`.
    package func decay(afterStep step: Int, of totalSteps: Int) -> Double {
        rule.decay * pow(min(Double(step) / Double(max(totalSteps, 1)), 1), rule.rampPower)
    }

    /// Exchanges the average and the weights, to evaluate it; the second call undoes the first.
    package func exchange(with parameters: TensorSlice, _ runningStatistics: TensorSlice) {
        for (average, values) in [(self.parameters, parameters), (self.runningStatistics, runningStatistics)] {
            let copy = average.slice.array
            average.slice.copy(from: values)
            values.copy(from: copy)
        }
    }
}
