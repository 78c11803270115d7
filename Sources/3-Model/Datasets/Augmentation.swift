import Foundation
import Tensors

/// How training images are varied, each epoch anew: a function of the seed, the epoch and the sample.
package struct Augmentation: Sendable, Equatable {
    /// No variation.
    package static let none = Augmentation(mirror: false, translationPixels: 0)

    /// Whether half of the images, by chance, are mirrored left to right.
    package let mirror: Bool
    /// The most pixels by which an image is moved up, down, left or right; each distance is equally likely.
    package let translationPixels: Int
    /// The least part of an image's area that is cut out and enlarged to the whole; 1 for no cropping.
    package let minimumCropArea: Double
    /// The most degrees by which an image is turned either way about its middle; 0 for no turning.
    package let rotationDegrees: Double
    /// The most by which brightness, contrast and saturation are multiplied by more or less than 1; 0 for no change.
    package let colorJitter: Double

    /// Names the variations.
    ///
    /// - Parameters:
    ///   - mirror: Whether to mirror.
    ///   - translationPixels: 0 for no translation; less than the image's height and width, which `BatchLoader` checks.
    ///   - minimumCropArea: Above 0; by default 1, for no cropping.
    ///   - rotationDegrees: 0 to 180; by default 0, for no turning.
    ///   - colorJitter: 0 to 1; by default 0, for no change.
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

    /// Whether pixels are sampled anew, not only moved.
    var variesImages: Bool { minimumCropArea < 1 || rotationDegrees > 0 || colorJitter > 0 }

    /// Where one image is looked at in one epoch.
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

    /// What part of an image is looked at, and turned by how much.
    package struct Window: Equatable {
        /// All of it, upright.
        static let whole = Window(height: 1, width: 1, rowShift: 0, columnShift: 0, cosine: 1, sine: 0)

        /// The part of the rows.
        package let height: Float
        /// The part of the columns.
        package let width: Float
        /// How far the part's middle is below the image's, in parts of its height.
        package let rowShift: Float
        /// How far the part's middle is right of the image's, in parts of its width.
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

        /// Where a place of the result is in the image, both from the middle, in pixels.
        func place(row: Float, column: Float) -> (row: Float, column: Float) {
            ((sine * column + cosine * row) * height, (cosine * column - sine * row) * width)
        }
    }

    /// Factors on an image's colors.
    package struct Jitter: Equatable {
        let brightness: Float
        let contrast: Float
        let saturation: Float
    }

    /// What happens to one image in one epoch besides its placement.
    package struct Variation: Equatable {
        package let window: Window
        package let jitter: Jitter?

        package init(window: Window, jitter: Jitter?) {
            self.window = window
            self.jitter = jitter
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

    /// Decides what else happens to one sample: a random resized crop of 3/4 to 4/3 the image's proportions (Szegedy et
    /// al., "Going deeper with convolutions", 2014), a turn, and factors on its colors.
    ///
    /// - Parameters:
    ///   - sample: The index in the training set.
    ///   - epoch: From 0.
    ///   - seed: The run's seed.
    /// - Returns: The sample's variation in that epoch; nil where none is asked for.
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
