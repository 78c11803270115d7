/// So many successes of so many trials.
package struct Proportion: Sendable, Equatable {
    /// The successes.
    package let count: Int
    /// The trials.
    package let total: Int

    /// The 97.5 % quantile of the normal distribution: ± it holds 95 %.
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

    /// Successes a trial; nil without a trial.
    package var share: Double? { total == 0 ? nil : Double(count) / Double(total) }

    /// Wilson's score interval: holds the true share with a probability of about 95 %, for few trials and shares near 0
    /// and 1 too (Wilson, "Probable inference, the law of succession, and statistical inference", 1927).
    ///
    /// - Returns: The interval, within 0...1; nil without a trial.
    package var interval: ClosedRange<Double>? {
        guard let share else { return nil }
        let trials = Double(total)
        let square = Self.quantile * Self.quantile
        let center = (share + square / (2 * trials)) / (1 + square / trials)
        let variance = share * (1 - share) / trials + square / (4 * trials * trials)
        let halfWidth = Self.quantile * variance.squareRoot() / (1 + square / trials)
        // At the ends rounding errors are all that is left.
        let low = count == 0 ? 0 : max(0, center - halfWidth)
        let high = count == total ? 1 : min(1, center + halfWidth)
        return low...high
    }
}
