/// The section `augmentation`: how training samples are varied.
public struct AugmentationOptions: Sendable {
    /// Whether half of the images are mirrored, left to right; false unless set.
    public let mirror: Bool
    /// By how many pixels at most an image is moved in each direction, its border reflected; 0 unless set.
    public let translationPixels: Int
    /// The least part of an image's area that is cut out and enlarged to the whole; 1, for no cropping, unless set.
    public let minimumCropArea: Double
    /// By how many degrees at most an image is turned either way; 0 unless set.
    public let rotationDegrees: Double
    /// How far from 1 the factors on brightness, contrast and saturation are at most; 0 unless set.
    public let colorJitter: Double

    init(_ options: OptionReader) throws(ConfigurationError) {
        mirror = try options.boolean("mirror", default: false, means: "flip half of the training images left to right")
        // Its upper bound is the data set's, which isn't known yet: a reflected border is narrower than what it reflects.
        translationPixels = try options.integer(
            "translationPixels",
            default: 0,
            in: 0...4_095,
            means: "shift images by up to so many pixels each way, borders reflected"
        )
        minimumCropArea = try options.number(
            "minimumCropArea",
            default: 1,
            in: .leastNonzeroMagnitude...1,
            means: "enlarge a random part of at least so much of an image's area to the whole"
        )
        rotationDegrees = try options.number(
            "rotationDegrees",
            default: 0,
            in: 0...180,
            means: "turn images by up to so many degrees either way"
        )
        colorJitter = try options.number(
            "colorJitter",
            default: 0,
            in: 0...1,
            means: "multiply brightness, contrast and saturation by 1 plus or minus up to so much"
        )
        try options.finish()
    }
}
