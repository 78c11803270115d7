import Foundation
import Tensors

/// Random changes of training images, new in each epoch: a function of seed, epoch and sample.
package struct Augmentation: Sendable, Equatable {
    /// No augmentation.
    package static let none = Augmentation(mirror: false, translationPixels: 0)

    /// The images that are flipped horizontally.
    package let mirror: Mirror
    /// The largest translation in pixels, up, down, left or right; all distances are equally likely.
    package let translationPixels: Int
    /// The padding of a translated image.
    package let border: Border
    /// The side of the square that cutout erases, in pixels; 0 for none.
    package let cutoutPixels: Int
    /// The smallest fraction of an image's area that is cropped and enlarged to the full size; 1 for no cropping.
    package let minimumCropArea: Double
    /// The largest rotation in degrees, in either direction about the center; 0 for none.
    package let rotationDegrees: Double
    /// The largest difference from 1 of the factors for brightness, contrast and saturation; 0 for none.
    package let colorJitter: Double
    /// Both parameters of the beta distribution of mixup's shares; 0 for no mixup.
    package let mixupAlpha: Double

    /// The images that are flipped horizontally.
    package enum Mirror: Sendable, Equatable, ExpressibleByBooleanLiteral {
        /// None.
        case none
        /// A random half, chosen in each epoch.
        case random
        /// A random half in the first epoch, then those that weren't flipped in the previous epoch, so that each pair
        /// of epochs shows every image both ways (Jordan, "94% on CIFAR-10 in 3.29 seconds on a single GPU", 2024,
        /// section 3.6).
        case alternating

        /// Random flips, or none.
        ///
        /// - Parameter value: Whether half of the images are flipped.
        package init(booleanLiteral value: Bool) { self = value ? .random : .none }
    }

    /// The padding of a translated image.
    package enum Border: Sendable, Equatable {
        /// The reflected image, without repeating its edge pixels.
        case reflected
        /// Zeros after normalization, which is the mean color.
        case zeros
    }

    /// An augmentation with the given changes.
    ///
    /// - Parameters:
    ///   - mirror: The images that are flipped horizontally.
    ///   - translationPixels: 0 for none; less than the image's height and width, which `BatchLoader` checks.
    ///   - border: The padding of a translated image; by default the reflected image.
    ///   - cutoutPixels: The side of the square that cutout erases; by default 0, for none.
    ///   - minimumCropArea: Above 0; by default 1, for no cropping.
    ///   - rotationDegrees: 0 to 180; by default 0, for no rotation.
    ///   - colorJitter: 0 to 1; by default 0, for no color change.
    ///   - mixupAlpha: At least 0; by default 0, for no mixup.
    package init(
        mirror: Mirror,
        translationPixels: Int,
        border: Border = .reflected,
        cutoutPixels: Int = 0,
        minimumCropArea: Double = 1,
        rotationDegrees: Double = 0,
        colorJitter: Double = 0,
        mixupAlpha: Double = 0
    ) {
        self.mirror = mirror
        self.translationPixels = translationPixels
        self.border = border
        self.cutoutPixels = cutoutPixels
        self.minimumCropArea = minimumCropArea
        self.rotationDegrees = rotationDegrees
        self.colorJitter = colorJitter
        self.mixupAlpha = mixupAlpha
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
            isMirrored: isMirrored(coin == 1, sample: sample, epoch: epoch, seed: seed),
            rowOffset: row - translationPixels,
            columnOffset: column - translationPixels
        )
    }

    private func isMirrored(_ coin: Bool, sample: Int, epoch: Int, seed: UInt64) -> Bool {
        switch mirror {
        case .none: return false
        case .random: return coin
        case .alternating:
            var first = RandomStream(seed: seed, purpose: .augmentation, epoch: 0, index: sample)
            return (first.nextInteger(below: 2) == 1) != (epoch % 2 == 1)
        }
    }

    /// A rectangle of an image's pixels.
    package struct Area: Equatable {
        package let rows: Range<Int>
        package let columns: Range<Int>
    }

    /// Calls `body` with each erased area of an image in one epoch: the padding of a translated image, unless it is the
    /// reflected image, and the square of cutout, whose center is any pixel of the image, so that it may reach beyond
    /// the edges (DeVries and Taylor, "Improved regularization of convolutional neural networks with cutout", 2017).
    ///
    /// - Parameters:
    ///   - sample: The index in the training set.
    ///   - epoch: From 0.
    ///   - seed: The run's seed.
    ///   - placement: The image's translation and flip.
    ///   - shape: The image's shape.
    ///   - body: Receives an area inside the image; areas may be empty, and may overlap.
    package func forEachBlankArea(
        ofSample sample: Int,
        epoch: Int,
        seed: UInt64,
        placement: Placement,
        shape: ImageShape,
        _ body: (Area) -> Void
    ) {
        let (height, width) = (shape.height, shape.width)
        if border == .zeros {
            // The padding is flipped with the image.
            let columnOffset = placement.isMirrored ? -placement.columnOffset : placement.columnOffset
            body(Area(rows: Self.blank(offset: placement.rowOffset, extent: height), columns: 0..<width))
            body(Area(rows: 0..<height, columns: Self.blank(offset: columnOffset, extent: width)))
        }
        if cutoutPixels > 0 {
            var stream = RandomStream(seed: seed, purpose: .augmentation, epoch: epoch, index: sample, lane: 2)
            let top = stream.nextInteger(below: height) - cutoutPixels / 2
            let left = stream.nextInteger(below: width) - cutoutPixels / 2
            body(
                Area(
                    rows: (top..<top + cutoutPixels).clamped(to: 0..<height),
                    columns: (left..<left + cutoutPixels).clamped(to: 0..<width)
                )
            )
        }
    }

    /// The share of a sample in its blend with another: mixup (Zhang et al., "mixup: Beyond empirical risk minimization",
    /// 2018), with a share of its own for each sample.
    ///
    /// It has the distribution Beta(alpha, alpha), as the cosine of a random angle times a random distance has it (Bailey,
    /// "Polar generation of random variates with the t-distribution", 1994): two draws, whatever alpha.
    ///
    /// - Parameters:
    ///   - sample: The index in the training set.
    ///   - epoch: From 0.
    ///   - seed: The run's seed.
    /// - Returns: A number in `0 ... 1`; 1 without mixup.
    package func mixupShare(ofSample sample: Int, epoch: Int, seed: UInt64) -> Float {
        guard mixupAlpha > 0 else { return 1 }
        var stream = RandomStream(seed: seed, purpose: .augmentation, epoch: epoch, index: sample, lane: 3)
        let (distance, angle) = (1 - Double(stream.nextUniform()), 2 * .pi * Double(stream.nextUniform()))
        let cosine = cos(angle)
        // Student's t with 2 alpha degrees of freedom, squared and divided by them; infinite for the smallest alpha.
        let square = (pow(distance, -1 / mixupAlpha) - 1) * cosine * cosine
        let deviation = 1 / (1 + 1 / square).squareRoot()
        return Float(0.5 + 0.5 * (cosine < 0 ? -deviation : deviation))
    }

    /// The positions beyond an extent that a translation moves into the image.
    private static func blank(offset: Int, extent: Int) -> Range<Int> {
        offset < 0 ? 0..<min(-offset, extent) : max(extent - offset, 0)..<extent
    }

    /// Chooses the other changes of a sample: a random resized crop with 3/4 to 4/3 of the image's aspect ratio
    /// (Szegedy et al., "Going deeper with convolutions", 2014), a rotation, and color factors.
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
