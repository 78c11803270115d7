/// The section `augmentation`: how training samples are varied.
public struct AugmentationOptions: Sendable {
    /// Whether half of the images are mirrored, left to right; false unless set.
    public let mirror: Bool
    /// By how many pixels at most an image is moved in each direction, its border reflected; 0 unless set.
    public let translationPixels: Int

    init(_ options: OptionReader, dataset: DatasetName) throws(ConfigurationError) {
        mirror = try options.boolean("mirror", default: false, means: "flip half of the training images left to right")
        // A reflected border is narrower than the image that it reflects.
        translationPixels = try options.integer(
            "translationPixels",
            default: 0,
            in: 0...dataset.sidePixels - 1,
            means: "shift images by up to so many pixels each way, borders reflected"
        )
        try options.finish()
    }
}
