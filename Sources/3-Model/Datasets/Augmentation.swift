import Foundation
import Tensors

/// Random changes of training images, new in each epoch: a function of seed, epoch and sample.
package struct Augmentation: Sendable, Equatable {
    /// No augmentation.
    package static let none = Augmentation(mirror: false, translationPixels: 0)

    /// Whether a random half of the images is mirrored left to right.
    package let mirror: Bool
    /// The largest translation in pixels, up, down, left or right; all distances are equally likely.
    package let translationPixels: Int
    /// The smallest fraction of an image's area that is cropped and enlarged to the full size; 1 for no cropping.
    package let minimumCropArea: Double
    /// The largest rotation in degrees, in either direction about the center; 0 for none.
    package let rotationDegrees: Double
    /// The largest difference from 1 of the factors for brightness, contrast and saturation; 0 for none.
    package let colorJitter: Double

    /// An augmentation with the given changes.
    ///
    /// - Parameters:
    ///   - mirror: Whether to mirror.
    ///   - translationPixels: 0 for none; less than the image's height and width, which `BatchLoader` checks.
    ///   - minimumCropArea: Above 0; by default 1, for no cropping.
    ///   - rotationDegrees: 0 to 180; by default 0, for no rotation.
    ///   - colorJitter: 0 to 1; by default 0, for no color change.
    package init(
        mirror: Bool,
        translationPixels: Int,
        minimumCropArea: Double = 1,
        rotationDegrees: Double = 0,
        colorJitter: Double = 0
    ) {
        self.mirror = mirror
        self.translationPixels = translationPixels
        self.minimumCropArea = minimumCropArea
        self.rotationDegrees = rotationDegrees
        self.colorJitter = colorJitter
    }

    /// Whether pixels are interpolated, not only moved.
    var variesImages: Bool { minimumCropArea < 1 || rotationDegrees > 0 || colorJitter > 0 }

    /// The mirroring and translation of one image in one epoch.
    package struct Placement: Equatable {
        package var isMirrored = false
        /// The row offset of the window into the padded image.
        package var rowOffset = 0
        /// The column offset of the window into the padded image.
        package var columnOffset = 0

        package init(isMirrored: Bool = false, rowOffset: Int = 0, columnOffset: Int = 0) {
            self.isMirrored = isMirrored
            self.rowOffset = rowOffset
            self.columnOffset = columnOffset
        }
    }

    /// The crop and rotation of an image.
    package struct Window: Equatable {
        /// The whole image, upright.
        static let whole = Window(height: 1, width: 1, rowShift: 0, columnShift: 0, cosine: 1, sine: 0)

        /// The height of the crop, as a fraction of the image's.
        package let height: Float
        /// The width of the crop, as a fraction of the image's.
        package let width: Float
        /// How far the crop's center is below the image's, as a fraction of its height.
        package let rowShift: Float
        /// How far the crop's center is to the right of the image's, as a fraction of its width.
        package let columnShift: Float
        let cosine: Float
        let sine: Float

        package init(height: Float, width: Float, rowShift: Float, columnShift: Float, cosine: Float, sine: Float) {
            self.height = height
            self.width = width
            self.rowShift = rowShift
            self.columnShift = columnShift
            self.cosine = cosine
            self.sine = sine
        }

        /// Maps a position in the result to one in the image, both measured from the center in pixels.
        func place(row: Float, column: Float) -> (row: Float, column: Float) {
            ((sine * column + cosine * row) * height, (cosine * column - sine * row) * width)
        }
    }

    /// Factors for an image's colors.
    package struct Jitter: Equatable {
        let brightness: Float
        let contrast: Float
        let saturation: Float
    }

    /// The crop, rotation and colors of one image in one epoch.
    package struct Variation: Equatable {
        package let window: Window
        package let jitter: Jitter?

        package init(window: Window, jitter: Jitter?) {
            self.window = window
            self.jitter = jitter
        }
    }

    /// Draws the placement of one sample, which doesn't depend on rank, thread or batch.
    ///
    /// - Parameters:
    ///   - sample: The index in the training set.
    ///   - epoch: From 0.
    ///   - seed: The run's seed.
    /// - Returns: The sample's placement in that epoch.
    package func placement(ofSample sample: Int, epoch: Int, seed: UInt64) -> Placement {
        var stream = RandomStream(seed: seed, purpose: .augmentation, epoch: epoch, index: sample)
        // Every number is drawn whether it is used or not, so that one setting doesn't change the effect of another.
        let coin = stream.nextInteger(below: 2)
        let row = stream.nextInteger(below: 2 * translationPixels + 1)
        let column = stream.nextInteger(below: 2 * translationPixels + 1)
        return Placement(
            isMirrored: mirror && coin == 1,
            rowOffset: row - translationPixels,
            columnOffset: column - translationPixels
        )
    }

    /// Draws the crop of one sample, with 3/4 to 4/3 of the image's proportions (Szegedy et al., "Going deeper with
    /// convolutions", 2014), its rotation, and the factors for its colors.
    ///
    /// - Parameters:
    ///   - sample: The index in the training set.
    ///   - epoch: From 0.
    ///   - seed: The run's seed.
    /// - Returns: The sample's variation in that epoch; nil if there is none.
    package func variation(ofSample sample: Int, epoch: Int, seed: UInt64) -> Variation? {
        guard variesImages else { return nil }
        var stream = RandomStream(seed: seed, purpose: .augmentation, epoch: epoch, index: sample, lane: 1)
        let draws = (0..<8).map { _ in Double(stream.nextUniform()) }
        let area = minimumCropArea + (1 - minimumCropArea) * draws[0]
        let proportion = minimumCropArea < 1 ? exp((2 * draws[1] - 1) * log(4.0 / 3)) : 1
        let (height, width) = (min(1, (area / proportion).squareRoot()), min(1, (area * proportion).squareRoot()))
        let angle = (2 * draws[4] - 1) * rotationDegrees * .pi / 180
        func factor(_ draw: Double) -> Float { Float(1 + colorJitter * (2 * draw - 1)) }
        return Variation(
            window: Window(
                height: Float(height),
                width: Float(width),
                rowShift: Float((1 - height) * (draws[2] - 0.5)),
                columnShift: Float((1 - width) * (draws[3] - 0.5)),
                cosine: Float(cos(angle)),
                sine: Float(sin(angle))
            ),
            jitter: colorJitter > 0
                ? Jitter(brightness: factor(draws[5]), contrast: factor(draws[6]), saturation: factor(draws[7])) : nil
        )
    }
}
