/// A number of successes in a number of trials.
package struct Proportion: Sendable, Equatable {
    /// The successes.
    package let count: Int
    /// The trials.
    package let total: Int

    /// The 97.5 % quantile of the normal distribution: 95 % of it lies within ± this number.
    private static let quantile = 1.959963984540054

    /// A proportion.
    ///
    /// - Parameters:
    ///   - count: The successes, at least 0 and at most `total`.
    ///   - total: The trials.
    package init(_ count: Int, of total: Int) {
        precondition(
            0 <= count && count <= total,
            "Proportion: \(count) of \(total) found, at least none and at most all needed"
        )
        self.count = count
        self.total = total
    }

    /// Successes divided by trials; nil without a trial.
    package var share: Double? { total == 0 ? nil : Double(count) / Double(total) }

    /// Wilson's score interval, which contains the true proportion with a probability of about 95 %, also for few
    /// trials and proportions near 0 and 1 (Wilson, "Probable inference, the law of succession, and statistical
    /// inference", 1927).
    ///
    /// - Returns: The interval, within 0...1; nil without a trial.
    package var interval: ClosedRange<Double>? {
        guard let share else { return nil }
        let trials = Double(total)
        let square = Self.quantile * Self.quantile
        let center = (share + square / (2 * trials)) / (1 + square / trials)
        let variance = share * (1 - share) / trials + square / (4 * trials * trials)
        let halfWidth = Self.quantile * variance.squareRoot() / (1 + square / trials)
        // At 0 and 1 only rounding errors would remain.
        let low = count == 0 ? 0 : max(0, center - halfWidth)
        let high = count == total ? 1 : min(1, center + halfWidth)
        return low...high
    }
}
