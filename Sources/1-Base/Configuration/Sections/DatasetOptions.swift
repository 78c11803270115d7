/// The data sets there are.
public enum DatasetName: String, CaseIterable, Sendable {
    /// 8×8 handwritten digits in 10 classes, embedded in the program.
    case digits
    /// 32×32 color photographs in 10 classes (Krizhevsky, "Learning multiple layers of features from tiny images", 2009).
    case cifar10
    /// The same in 100 classes, or in 20 coarser ones.
    case cifar100
    /// 28×28 handwritten digits in 10 classes (LeCun, Cortes and Burges, 1998).
    case mnist
    /// 28×28 pictures of clothes in 10 classes (Xiao, Rasul and Vollgraf, 2017).
    case fashionMNIST
    /// 32×32 color photographs of house numbers in 10 classes (Netzer et al., 2011).
    case svhn
    /// A folder of pictures of one's own, or a file that `data pack` made of one.
    case images
    /// Pictures of one's own that a table names.
    case csv
    /// One's own files in MNIST's format.
    case idx
    /// One's own NumPy arrays.
    case arrays

    /// The keys that not all data sets have.
    var ownKeys: [String] {
        switch self {
        case .digits, .cifar10, .mnist, .fashionMNIST, .svhn, .idx: []
        case .cifar100: ["labels"]
        case .images, .csv: ["size", "resize", "channels", "testFraction"]
        case .arrays: ["layout"]
        }
    }

    /// Channels of a published data set's images; nil for one's own.
    var channelCount: Int? {
        switch self {
        case .digits, .mnist, .fashionMNIST: 1
        case .cifar10, .cifar100, .svhn: 3
        case .images, .csv, .idx, .arrays: nil
        }
    }

    /// Whether it is a user's own, of which nothing is known before it is looked at.
    public var isOwn: Bool { [.images, .csv, .idx, .arrays].contains(self) }
}

/// The section `dataset`: what the network learns from.
public struct DatasetOptions: Sendable {
    /// Which of CIFAR-100's labels are learned.
    public enum Labels: String, CaseIterable, Sendable {
        case fine, coarse
    }

    /// What becomes of pictures of other proportions.
    public enum Resize: String, CaseIterable, Sendable {
        case shorterSide, stretch, pad
    }

    /// How the extents of arrays are meant.
    public enum Layout: String, CaseIterable, Sendable {
        case NCHW, NHWC, NHW, NCL, NF
    }

    /// What pixels are shifted or scaled by.
    public enum Figures: Sendable, Equatable {
        /// The data set's usual values; for one's own, its training samples' values.
        case usual
        /// The training samples' values.
        case auto
        /// One number a channel.
        case numbers([Double])
    }

    /// Which data set; `digits` unless set.
    public let name: DatasetName
    /// Where it is: a folder, or for some a file; nil means `SWIFT_DP_DATA`, or else the cache folder.
    public let root: String?
    /// Only so many training samples; nil means all.
    public let limit: Int?
    /// Decides which samples `limit` leaves; nil means the first.
    public let limitSeed: UInt64?
    /// The part of each class's training samples that is set apart, in 0 ..< 1; 0 unless set.
    public let validationFraction: Double
    /// Decides one fixed permutation of the pixel positions, for every image alike; nil leaves them where they are.
    public let pixelPermutationSeed: UInt64?
    /// What is subtracted from each channel of pixels in [0, 1].
    public let mean: Figures
    /// What each channel is divided by after that.
    public let deviation: Figures
    /// Which of CIFAR-100's labels are learned; `fine` unless set.
    public let labels: Labels
    /// Rows and columns that pictures are resized to; nil for a packed file's own.
    public let size: (height: Int, width: Int)?
    /// What becomes of pictures of other proportions; `shorterSide` unless set.
    public let resize: Resize
    /// 1 for gray, 3 for red, green and blue, to which pictures are converted; 3 unless set.
    public let channels: Int
    /// The part of each class that is for test where the pictures aren't in `train` and `test`; nil where they are.
    public let testFraction: Double?
    /// How arrays' extents are meant; nil for NCHW, NCL or NF, by their number.
    public let layout: Layout?

    /// An error about `root`, to be told with its place in the file.
    private let rootError: ConfigurationError

    init(_ options: OptionReader) throws(ConfigurationError) {
        name = try options.choice(
            "name",
            default: .digits,
            means: "digits are embedded, 'data fetch' brings cifar10 to svhn, the others are your own"
        )
        root = try Self.root(options, isRequired: name.isOwn)
        rootError = options.error("root", "")
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
        validationFraction = try options.number(
            "validationFraction",
            default: 0,
            in: 0...1.nextDown,
            means: "part of each class's training samples that is set apart, for evaluation.on: validation"
        )
        pixelPermutationSeed = try options.optionalInteger(
            "pixelPermutationSeed",
            in: 0 ... .max,
            means: "decides one fixed permutation of all images' pixels; else they stay in place"
        ).map(UInt64.init)
        let keys = name.ownKeys
        labels =
            keys.contains("labels")
            ? try options.choice("labels", default: .fine, means: "100 fine classes, or 20 coarse ones") : .fine
        layout =
            keys.contains("layout")
            ? try options.optionalChoice("layout", means: "what the arrays' extents are; else NCHW, NCL or NF") : nil
        let hasPictures = keys.contains("size")
        size = hasPictures ? try Self.size(options) : nil
        resize =
            hasPictures
            ? try options.choice(
                "resize",
                default: .shorterSide,
                means: "for pictures of other proportions: cut off what is too long, distort, or add black bars"
            ) : .shorterSide
        channels = hasPictures ? try Self.channels(options) : 3
        testFraction =
            hasPictures
            ? try options.optionalNumber(
                "testFraction",
                in: .leastNonzeroMagnitude...1.nextDown,
                means: "part of each class that is for test, where the pictures aren't in train and test"
            ) : nil
        mean = try Self.figures(
            "mean",
            options,
            count: name.channelCount,
            means: "per channel, of pixels in [0, 1], subtracted, or auto, computed; else the data set's own"
        )
        deviation = try Self.figures(
            "deviation",
            options,
            in: .leastNonzeroMagnitude ... .infinity,
            count: name.channelCount,
            means: "per channel, what is divided by after that, or auto, computed; else the data set's own"
        )
        try options.finish(name, ownKeys: \.ownKeys)
        if limitSeed != nil, limit == nil {
            throw options.error("limitSeed", "needs dataset.limit", hint: "set how many samples it is to choose")
        }
    }

    private static func root(_ options: OptionReader, isRequired: Bool) throws(ConfigurationError) -> String? {
        let meaning = "folder or file of the data set; else $SWIFT_DP_DATA, else ~/.cache/swift-dp-train"
        let needed = "the folder or file of your data set"
        return isRequired
            ? try options.string("root", needs: needed, means: meaning)
            : try options.optionalString("root", means: meaning)
    }

    private static func channels(_ options: OptionReader) throws(ConfigurationError) -> Int {
        let channels = try options.integer(
            "channels",
            default: 3,
            in: 1...3,
            means: "1 for gray, 3 for color, to which pictures are converted"
        )
        guard channels != 2 else { throw options.error("channels", "needs 1 for gray or 3 for color, found 2") }
        return channels
    }

    /// An error about the data set as a whole.
    ///
    /// - Parameter problem: What is wrong.
    /// - Returns: The error, located at `root`.
    public func error(_ problem: String) -> ConfigurationError {
        ConfigurationError(file: rootError.file, line: rootError.line, keyPath: rootError.keyPath, problem: problem)
    }

    private static func size(_ options: OptionReader) throws(ConfigurationError) -> (height: Int, width: Int)? {
        guard
            let sides = try options.optionalIntegers(
                "size",
                in: 1...4_096,
                means: "rows and columns that pictures get; a packed file has its own"
            )
        else { return nil }
        guard sides.count == 2 else {
            throw options.error("size", "needs [height, width], found \(sides.count) numbers")
        }
        return (sides[0], sides[1])
    }

    private static func figures(
        _ key: String,
        _ options: OptionReader,
        in range: ClosedRange<Double> = -.infinity ... .infinity,
        count: Int?,
        means meaning: String
    ) throws(ConfigurationError) -> Figures {
        if let node = options.value(key), node.text == "auto" {
            options.resolve(key, .value(.scalar("auto", isPlain: false)))
            return .auto
        }
        return try options.optionalNumbers(key, in: range, count: count, means: meaning).map { .numbers($0) } ?? .usual
    }
}
