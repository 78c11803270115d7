#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The factor of the learning rate at each step: a pure function, so a resumed run needs no state for it.
package struct LearningRateSchedule: Sendable, Equatable {
    /// How the factor moves after the warm-up.
    package enum Shape: Sendable, Equatable {
        /// It stays 1.
        case constant
        /// It is multiplied by `factor` after every `steps`.
        case step(steps: Int, factor: Double)
        /// It falls from 1 to `finalFraction` along half a cosine (Loshchilov and Hutter, "SGDR", 2017, equation 5).
        case cosine(finalFraction: Double)
        /// It rises in a line from `initialFraction` to 1 where `peakFraction` of the steps are made, then falls in a
        /// line to `finalFraction` at the last (Smith, "Super-Convergence", 2018), as PyTorch's `OneCycleLR` with
        /// `anneal_strategy="linear"`.
        case oneCycle(initialFraction: Double, peakFraction: Double, finalFraction: Double)
    }

    /// How the factor moves after the warm-up.
    package let shape: Shape
    /// Steps over which the factor rises in a line, the first of them at `1 / warmupSteps`.
    package let warmupSteps: Int
    /// Steps of the whole run.
    package let totalSteps: Int

    package init(shape: Shape, warmupSteps: Int, totalSteps: Int) {
        self.shape = shape
        self.warmupSteps = warmupSteps
        self.totalSteps = totalSteps
    }

    /// The factor at a step.
    ///
    /// - Parameter step: The step's number, from 0.
    /// - Returns: What to multiply the learning rate by.
    package func factor(atStep step: Int) -> Double {
        if step < warmupSteps { return Double(step + 1) / Double(warmupSteps) }
        let progress = min(Double(step - warmupSteps) / Double(max(totalSteps - warmupSteps, 1)), 1)
        switch shape {
        case .constant:
            return 1
        case .step(let steps, let factor):
            return pow(factor, Double((step - warmupSteps) / steps))
        case .cosine(let finalFraction):
            return finalFraction + (1 - finalFraction) * 0.5 * (1 + cos(.pi * progress))
        case .oneCycle(let initialFraction, let peakFraction, let finalFraction):
            // The first step is at the beginning of the line and the last at its end: one fewer than there are steps.
            let last = Double(totalSteps - warmupSteps - 1)
            let peak = peakFraction * (last + 1) - 1
            let position = min(Double(step - warmupSteps), last)
            if position < peak { return initialFraction + (1 - initialFraction) * position / peak }
            return peak < last ? 1 + (finalFraction - 1) * (position - peak) / (last - peak) : 1
        }
    }
}
