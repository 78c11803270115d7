/// The section `augmentation`: how training samples are augmented.
public struct AugmentationOptions: Sendable {
    /// Whether half of the images are mirrored left to right; false unless set.
    public let mirror: Bool
    /// The largest translation in pixels, in each direction, with a reflected border; 0 unless set.
    public let translationPixels: Int
    /// The smallest fraction of an image's area that is cropped and enlarged to the full size; 1, for no cropping,
    /// unless set.
    public let minimumCropArea: Double
    /// The largest rotation in degrees, in either direction; 0 unless set.
    public let rotationDegrees: Double
    /// The largest deviation from 1 of the factors for brightness, contrast and saturation; 0 unless set.
    public let colorJitter: Double

    init(_ options: OptionReader) throws(ConfigurationError) {
        mirror = try options.boolean(
            "mirror",
            default: false,
            means: "mirror a random half of the training images left to right"
        )
        // The upper bound depends on the data set, which isn't known yet: a reflected border is narrower than the
        // image.
        translationPixels = try options.integer(
            "translationPixels",
            default: 0,
            in: 0...4_095,
            means: "largest shift of images in pixels, with reflected borders"
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
        try options.finish()
    }
}
