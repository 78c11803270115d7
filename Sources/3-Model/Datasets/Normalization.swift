/// What a channel's pixels are shifted and scaled by: `(pixel / maximum - mean) / deviation`.
package struct Normalization: Sendable, Equatable {
    /// One mean a channel, of pixels scaled to [0, 1].
    package let mean: [Float]
    /// One standard deviation a channel, of pixels scaled to [0, 1]; more than 0.
    package let deviation: [Float]

    /// Names the two figures of each channel; `ImageDataset.normalized(by:)` checks them.
    ///
    /// - Parameters:
    ///   - mean: One a channel.
    ///   - deviation: One a channel.
    package init(mean: [Float], deviation: [Float]) {
        self.mean = mean
        self.deviation = deviation
    }
}
