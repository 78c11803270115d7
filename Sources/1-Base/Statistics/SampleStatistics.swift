/// What a few repeated measurements say of the quantity measured.
package struct SampleStatistics: Sendable, Equatable {
    /// How many measurements.
    package let count: Int
    /// Their mean.
    package let mean: Double
    /// Their sample standard deviation, with `count - 1` in the divisor; nil for a single measurement.
    package let standardDeviation: Double?

    /// Sums measurements up.
    ///
    /// - Parameter values: At least one.
    package init(_ values: [Double]) {
        precondition(!values.isEmpty, "SampleStatistics: no value found, 1 or more needed")
        count = values.count
        let mean = values.reduce(0, +) / Double(count)
        self.mean = mean
        standardDeviation =
            count > 1
            ? (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)).squareRoot() : nil
    }

    /// Sums up the differences of paired measurements: the same seeds, once with and once without.
    ///
    /// - Parameters:
    ///   - values: At least one.
    ///   - baseline: As many, in the same order.
    package init(differencesOf values: [Double], from baseline: [Double]) {
        precondition(
            values.count == baseline.count,
            "SampleStatistics: \(values.count) and \(baseline.count) values found, pairs needed"
        )
        self.init(zip(values, baseline).map { $0 - $1 })
    }

    /// Half the width of the mean's confidence interval (Student, "The probable error of a mean", 1908): the mean ±
    /// this holds the true mean with the given probability, where the measurements are normally distributed.
    ///
    /// - Parameter confidence: The probability, above 0 and below 1; by default 0.95.
    /// - Returns: nil for a single measurement.
    package func confidenceHalfWidth(_ confidence: Double = 0.95) -> Double? {
        guard let standardDeviation else { return nil }
        let quantile = StudentT(degreesOfFreedom: count - 1).quantile((1 + confidence) / 2)
        return quantile * standardDeviation / Double(count).squareRoot()
    }
}
