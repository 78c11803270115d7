import Tensors

/// How training images are varied, each epoch anew: mirrored with probability 1/2, and moved over their
/// reflected border.
public struct Augmentation: Sendable, Equatable {
    /// No variation.
    public static let none = Augmentation(mirror: false, translationPixels: 0)

    /// Whether half of the images, by chance, are mirrored left to right.
    public let mirror: Bool
    /// The most pixels by which an image is moved up, down, left or right; each distance is equally likely.
    public let translationPixels: Int

    /// Names the two variations.
    ///
    /// - Parameters:
    ///   - mirror: Whether to mirror.
    ///   - translationPixels: 0 for no translation; less than the image's height and width, which `BatchLoader` checks.
    public init(mirror: Bool, translationPixels: Int) {
        self.mirror = mirror
        self.translationPixels = translationPixels
    }

    /// What happens to one image in one epoch.
    package struct Placement: Equatable {
        package var isMirrored = false
        /// By how many pixels the window onto the padded image moves down.
        package var rowOffset = 0
        /// By how many pixels the window onto the padded image moves right.
        package var columnOffset = 0

        package init(isMirrored: Bool = false, rowOffset: Int = 0, columnOffset: Int = 0) {
            self.isMirrored = isMirrored
            self.rowOffset = rowOffset
            self.columnOffset = columnOffset
        }
    }

    /// Decides for one sample, whatever rank, thread or batch it is in.
    ///
    /// - Parameters:
    ///   - sample: The index in the training set.
    ///   - epoch: From 0.
    ///   - seed: The run's seed.
    /// - Returns: The sample's placement in that epoch.
    package func placement(ofSample sample: Int, epoch: Int, seed: UInt64) -> Placement {
        var stream = RandomStream(seed: seed, purpose: .augmentation, epoch: epoch, index: sample)
        // Each draw is made whether it is used or not, so that switching one variation on leaves the other as it was.
        let coin = stream.nextInteger(below: 2)
        let row = stream.nextInteger(below: 2 * translationPixels + 1)
        let column = stream.nextInteger(below: 2 * translationPixels + 1)
        return Placement(
            isMirrored: mirror && coin == 1,
            rowOffset: row - translationPixels,
            columnOffset: column - translationPixels
        )
    }
}
