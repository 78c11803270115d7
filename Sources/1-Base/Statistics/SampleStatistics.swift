/// Statistics of a few repeated measurements of one quantity.
package struct SampleStatistics: Sendable, Equatable {
    /// The number of measurements.
    package let count: Int
    /// Their mean.
    package let mean: Double
    /// Their sample standard deviation, with `count - 1` in the divisor; nil for a single measurement.
    package let standardDeviation: Double?

    /// Summarizes measurements.
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

    /// Summarizes the differences of paired measurements, such as the same seeds with and without a change.
    ///
    /// - Parameters:
    ///   - values: At least one.
    ///   - baseline: As many values, in the same order.
    package init(differencesOf values: [Double], from baseline: [Double]) {
        precondition(
            values.count == baseline.count,
            "SampleStatistics: \(values.count) and \(baseline.count) values found, pairs needed"
        )
        self.init(zip(values, baseline).map { $0 - $1 })
    }

    /// Half the width of the mean's confidence interval (Student, "The probable error of a mean", 1908): the mean ±
    /// this contains the true mean with the given probability, if the measurements are normally distributed.
    ///
    /// - Parameter confidence: The probability, above 0 and below 1; by default 0.95.
    /// - Returns: nil for a single measurement.
    package func confidenceHalfWidth(_ confidence: Double = 0.95) -> Double? {
        guard let standardDeviation else { return nil }
        let quantile = StudentT(degreesOfFreedom: count - 1).quantile((1 + confidence) / 2)
        return quantile * standardDeviation / Double(count).squareRoot()
    }
}
