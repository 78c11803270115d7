/// The section `augmentation`: how training samples are augmented.
package struct AugmentationOptions: Sendable {
    /// The images that are flipped horizontally.
    package enum Mirror: Sendable {
        /// None.
        case none
        /// A random half of the images, chosen in each epoch.
        case random
        /// A random half of the images in the first epoch; then in each epoch those that weren't flipped in the
        /// previous one.
        case alternating
    }

    /// The padding of a translated image.
    package enum Border: String, CaseIterable, Sendable {
        /// The reflected image.
        case reflect
        /// Zeros after normalization, which is the mean color.
        case zeros
    }

    /// The images that are flipped horizontally; by default none.
    package let mirror: Mirror
    /// The largest translation in each direction, in pixels; by default 0.
    package let translationPixels: Int
    /// The padding of a translated image; by default the reflected image.
    package let border: Border
    /// The side of the square that cutout erases in each image, in pixels; by default 0, for none.
    package let cutoutPixels: Int
    /// The smallest fraction of an image's area that is cropped and enlarged to the full size; 1, for no cropping,
    /// unless set.
    package let minimumCropArea: Double
    /// The largest rotation in degrees, in either direction; 0 unless set.
    package let rotationDegrees: Double
    /// The largest deviation from 1 of the factors for brightness, contrast and saturation; 0 unless set.
    package let colorJitter: Double
    /// Both parameters of the beta distribution of mixup's shares; 0, for no mixup, unless set.
    package let mixupAlpha: Double

    init(_ options: OptionReader) throws(ConfigurationError) {
        let flips = try options.booleanOrWord(
            "mirror",
            default: false,
            word: "alternating",
            means: "flip a random half of the training images horizontally; alternating: in turn from epoch to epoch"
        )
        mirror = flips.map { $0 ? Mirror.random : Mirror.none } ?? .alternating
        // The upper bound depends on the data set, which isn't known yet: a reflected border is narrower than the
        // image.
        translationPixels = try options.integer(
            "translationPixels",
            default: 0,
            in: 0...4_095,
            means: "largest shift of images in pixels"
        )
        border = try options.choice(
            "border",
            default: .reflect,
            means: "padding of a shifted image: its reflection, or the mean color"
        )
        cutoutPixels = try options.integer(
            "cutoutPixels",
            default: 0,
            in: 0...4_096,
            means: "cutout: side in pixels of a square that is erased at a random place of each image"
        )
        minimumCropArea = try options.number(
            "minimumCropArea",
            default: 1,
            in: .leastNonzeroMagnitude...1,
            means: "smallest fraction of an image's area to crop and enlarge; 1 for none"
        )
        rotationDegrees = try options.number(
            "rotationDegrees",
            default: 0,
            in: 0...180,
            means: "largest rotation of images in degrees, either way"
        )
        colorJitter = try options.number(
            "colorJitter",
            default: 0,
            in: 0...1,
            means: "largest change of brightness, contrast and saturation, as a fraction"
        )
        mixupAlpha = try options.number(
            "mixupAlpha",
            default: 0,
            in: 0 ... .infinity,
            means:
                "mixup: blend each image and label with the next one's, its share from Beta(alpha, alpha); 0 for none"
        )
        try options.finish()
    }
}
