/// The data sets there are.
public enum DatasetName: String, CaseIterable, Sendable {
    /// 8×8 handwritten digits in 10 classes, embedded in the program.
    case digits
    /// 32×32 color photographs in 10 classes (Krizhevsky, "Learning multiple layers of features from tiny images", 2009).
    case cifar10

    /// Channels of an image.
    public var channelCount: Int { self == .digits ? 1 : 3 }

    /// Width and height of an image in pixels.
    public var sidePixels: Int { self == .digits ? 8 : 32 }

    /// How many images it has to learn from.
    public var trainingCount: Int { self == .digits ? 1_437 : 50_000 }

    /// How many images it is evaluated on.
    public var testCount: Int { self == .digits ? 360 : 10_000 }

    /// How many classes its labels tell apart.
    public var classCount: Int { 10 }
}

/// The section `dataset`: what the network learns from.
public struct DatasetOptions: Sendable {
    /// Which data set; `digits` unless set.
    public let name: DatasetName
    /// The folder that holds `cifar-10-batches-bin`; nil means `SWIFT_DP_DATA`, or else the cache folder.
    public let root: String?
    /// Only so many training samples; nil means all.
    public let limit: Int?
    /// Decides which samples `limit` leaves; nil means the first.
    public let limitSeed: UInt64?
    /// Decides one fixed permutation of the pixel positions, for every image alike; nil leaves them where they are.
    public let pixelPermutationSeed: UInt64?
    /// What is subtracted from each channel of pixels in [0, 1]; nil means the data set's usual values.
    public let mean: [Double]?
    /// What each channel is divided by after that; nil means the data set's usual values.
    public let deviation: [Double]?

    init(_ options: OptionReader) throws(ConfigurationError) {
        name = try options.choice(
            "name",
            default: .digits,
            means: "digits: 8×8, gray, embedded; cifar10: 32×32, color"
        )
        root = try options.optionalString(
            "root",
            means: "folder of cifar-10-batches-bin; else $SWIFT_DP_DATA, else ~/.cache/swift-dp-train"
        )
        limit = try options.optionalInteger(
            "limit",
            in: 1 ... .max,
            means: "train on so many samples only: the first, or those that limitSeed decides"
        )
        limitSeed = try options.optionalInteger(
            "limitSeed",
            in: 0 ... .max,
            means: "decides by chance which samples limit leaves; else the first stay"
        ).map(UInt64.init)
        pixelPermutationSeed = try options.optionalInteger(
            "pixelPermutationSeed",
            in: 0 ... .max,
            means: "decides one fixed permutation of all images' pixels; else they stay in place"
        ).map(UInt64.init)
        mean = try options.optionalNumbers(
            "mean",
            count: name.channelCount,
            means: "per channel, of pixels in [0, 1], subtracted; else the data set's own"
        )
        deviation = try options.optionalNumbers(
            "deviation",
            in: .leastNonzeroMagnitude ... .infinity,
            count: name.channelCount,
            means: "per channel, what is divided by after that; else the data set's own"
        )
        try options.finish()
        if limitSeed != nil, limit == nil {
            throw options.error("limitSeed", "needs dataset.limit", hint: "set how many samples it is to choose")
        }
    }
}
