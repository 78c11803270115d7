package import ConfigurationFiles

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The factor of the learning rate at each step: a pure function of the step, so a resumed run needs no state for it.
package struct LearningRateSchedule: Sendable, Equatable {
    /// The shape of the factor after the warm-up.
    package let shape: ScheduleOptions.Shape
    /// Steps over which the factor rises linearly, the first of them at `1 / warmupSteps`.
    package let warmupSteps: Int
    /// Steps of an epoch.
    package let stepsPerEpoch: Int
    /// Steps of the whole run.
    package let totalSteps: Int

    package init(shape: ScheduleOptions.Shape, warmupSteps: Int, stepsPerEpoch: Int = 1, totalSteps: Int) {
        self.shape = shape
        self.warmupSteps = warmupSteps
        self.stepsPerEpoch = stepsPerEpoch
        self.totalSteps = totalSteps
    }

    /// The schedule of a run.
    ///
    /// - Parameters:
    ///   - options: The section `schedule`, in epochs.
    ///   - stepsPerEpoch: Steps of an epoch.
    ///   - totalSteps: Steps of the whole run.
    package init(_ options: ScheduleOptions, stepsPerEpoch: Int, totalSteps: Int) {
        self.init(
            shape: options.shape,
            warmupSteps: Int((options.warmupEpochs * Double(stepsPerEpoch)).rounded()),
            stepsPerEpoch: stepsPerEpoch,
            totalSteps: totalSteps
        )
    }

    /// The same schedule over another number of epochs, of which the last may be cut short.
    package func over(epochs: Double) -> LearningRateSchedule {
        LearningRateSchedule(
            shape: shape,
            warmupSteps: warmupSteps,
            stepsPerEpoch: stepsPerEpoch,
            totalSteps: TrainingOptions.stepCount(epochs: epochs, stepsPerEpoch: stepsPerEpoch)
        )
    }

    /// The factor at a step.
    ///
    /// - Parameter step: The step's number, from 0.
    /// - Returns: The factor.
    package func factor(atStep step: Int) -> Double {
        if step < warmupSteps { return Double(step + 1) / Double(warmupSteps) }
        let progress = min(Double(step - warmupSteps) / Double(max(totalSteps - warmupSteps, 1)), 1)
        switch shape {
        case .constant:
            return 1
        case .step(let epochs, let factor):
            return pow(factor, Double((step - warmupSteps) / (epochs * stepsPerEpoch)))
        case .milestones(let epochs, let factor):
            return pow(factor, Double(epochs.count { $0 * stepsPerEpoch <= step }))
        case .cosine(let finalFraction):
            return finalFraction + (1 - finalFraction) * 0.5 * (1 + cos(.pi * progress))
        case .oneCycle(let initialFraction, let peakFraction, let finalFraction):
            // The first step is at the beginning of the line and the last one at its end, so the line has one interval
            // less than steps.
            let last = Double(totalSteps - warmupSteps - 1)
            let peak = peakFraction * (last + 1) - 1
            let position = min(Double(step - warmupSteps), last)
            if position < peak { return initialFraction + (1 - initialFraction) * position / peak }
            return peak < last ? 1 + (finalFraction - 1) * (position - peak) / (last - peak) : 1
        }
    }
}
