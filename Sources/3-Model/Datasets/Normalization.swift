/// The normalization of each channel's pixels: `(pixel / maximum - mean) / standardDeviation`.
package struct Normalization: Sendable, Equatable {
    /// One mean per channel, of pixels scaled to [0, 1].
    package let mean: [Float]
    /// One standard deviation per channel, of pixels scaled to [0, 1]; above 0.
    package let standardDeviation: [Float]

    /// Creates a normalization; `ImageDataset.normalized(by:)` checks the values.
    package init(mean: [Float], standardDeviation: [Float]) {
        self.mean = mean
        self.standardDeviation = standardDeviation
    }
}
