/// The normalization of each channel's pixels: `(pixel / maximum - mean) / deviation`.
package struct Normalization: Sendable, Equatable {
    /// One mean per channel, of pixels scaled to [0, 1].
    package let mean: [Float]
    /// One standard deviation per channel, of pixels scaled to [0, 1]; above 0.
    package let deviation: [Float]

    /// Creates a normalization; `ImageDataset.normalized(by:)` checks the values.
    ///
    /// - Parameters:
    ///   - mean: One value per channel.
    ///   - deviation: One value per channel.
    package init(mean: [Float], deviation: [Float]) {
        self.mean = mean
        self.deviation = deviation
    }
}
