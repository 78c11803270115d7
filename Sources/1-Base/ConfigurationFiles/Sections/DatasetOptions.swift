/// The data sets.
package enum DatasetName: String, CaseIterable, Sendable {
    /// 8×8 handwritten digits in 10 classes, embedded in the program.
    case digits
    /// 32×32 color photographs in 10 classes (Krizhevsky, "Learning multiple layers of features from tiny images", 2009).
    case cifar10
    /// The same images in 100 classes, or in 20 coarser ones.
    case cifar100
    /// 28×28 handwritten digits in 10 classes (LeCun, Cortes and Burges, 1998).
    case mnist
    /// 28×28 pictures of clothes in 10 classes (Xiao, Rasul and Vollgraf, 2017).
    case fashionMNIST
    /// 32×32 color photographs of house numbers in 10 classes (Netzer et al., 2011).
    case svhn
    /// The user's folder of pictures, or a file that `data pack` made from one.
    case images
    /// The user's pictures, listed in a table.
    case csv
    /// The user's files in MNIST's format.
    case idx
    /// The user's NumPy arrays.
    case arrays

    /// The keys that exist for some data sets only.
    var ownKeys: [String] {
        switch self {
        case .digits, .cifar10, .mnist, .fashionMNIST, .svhn, .idx: []
        case .cifar100: ["labels"]
        case .images, .csv: ["size", "resize", "channels", "testFraction"]
        case .arrays: ["layout"]
        }
    }

    /// Channels of a published data set's images; nil for the user's own.
    var channelCount: Int? {
        switch self {
        case .digits, .mnist, .fashionMNIST: 1
        case .cifar10, .cifar100, .svhn: 3
        case .images, .csv, .idx, .arrays: nil
        }
    }

    /// Whether it is the user's own, whose images and classes are known only after looking at it.
    package var isOwn: Bool { [.images, .csv, .idx, .arrays].contains(self) }
}

/// The section `dataset`.
package struct DatasetOptions: Sendable {
    /// Which of CIFAR-100's labels are used.
    package enum Labels: String, CaseIterable, Sendable {
        case fine, coarse
    }

    /// How pictures of other proportions are resized.
    package enum Resize: String, CaseIterable, Sendable {
        case shorterSide, stretch, pad
    }

    /// The order of an array's dimensions.
    package enum Layout: String, CaseIterable, Sendable {
        case NCHW, NHWC, NHW, NCL, NF
    }

    /// The mean or standard deviation for the normalization of pixels.
    package enum Figures: Sendable, Equatable {
        /// The usual values of a published data set; those of the training samples for the user's own.
        case usual
        /// Those of the training samples.
        case auto
        /// One number for each channel.
        case numbers([Double])
    }

    /// Which data set; `digits` unless set.
    package let name: DatasetName
    /// The folder of the data set, or for some a file; nil for `SWIFT_DP_DATA` or else the cache folder.
    package let root: String?
    /// The number of training samples to use; nil for all.
    package let limit: Int?
    /// The seed that chooses the samples which `limit` keeps; nil keeps the first ones.
    package let limitSeed: UInt64?
    /// The fraction of each class's training samples that is set apart for validation, in 0 ..< 1; 0 unless set.
    package let validationFraction: Double
    /// The seed of a fixed permutation of the pixel positions, the same for every image; nil for none.
    package let pixelPermutationSeed: UInt64?
    /// The mean of each channel, which is subtracted from pixels in [0, 1].
    package let mean: Figures
    /// The standard deviation of each channel, by which pixels are divided after that.
    package let deviation: Figures
    /// Which of CIFAR-100's labels are used; `fine` unless set.
    package let labels: Labels
    /// Rows and columns to which pictures are resized; nil for those of a packed file.
    package let size: (height: Int, width: Int)?
    /// How pictures of other proportions are resized; `shorterSide` unless set.
    package let resize: Resize
    /// The channels to which pictures are converted: 1 for gray, 3 for RGB; 3 unless set.
    package let channels: Int
    /// The fraction of each class that is used for testing if the pictures aren't in `train` and `test`; otherwise nil.
    package let testFraction: Double?
    /// The order of an array's dimensions; nil for NCHW, NCL or NF, depending on their number.
    package let layout: Layout?

    /// An error at `root`, to be given a problem.
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
            means: "number of training samples to use: the first, or those chosen with limitSeed"
        )
        limitSeed = try options.optionalInteger(
            "limitSeed",
            in: 0 ... .max,
            means: "seed of a random choice of the samples for limit; else the first"
        ).map(UInt64.init)
        validationFraction = try options.number(
            "validationFraction",
            default: 0,
            in: 0...1.nextDown,
            means: "fraction of each class's training samples that is set apart, for evaluation.on: validation"
        )
        pixelPermutationSeed = try options.optionalInteger(
            "pixelPermutationSeed",
            in: 0 ... .max,
            means: "seed of a fixed permutation of all images' pixels; else none"
        ).map(UInt64.init)
        let keys = name.ownKeys
        labels =
            keys.contains("labels")
            ? try options.choice("labels", default: .fine, means: "100 fine classes, or 20 coarse ones") : .fine
        layout =
            keys.contains("layout")
            ? try options.optionalChoice("layout", means: "order of the arrays' dimensions; else NCHW, NCL or NF") : nil
        let hasPictures = keys.contains("size")
        size = hasPictures ? try Self.size(options) : nil
        resize =
            hasPictures
            ? try options.choice(
                "resize",
                default: .shorterSide,
                means: "for pictures of other proportions: crop, distort, or add black bars"
            ) : .shorterSide
        channels = hasPictures ? try Self.channels(options) : 3
        testFraction =
            hasPictures
            ? try options.optionalNumber(
                "testFraction",
                in: .leastNonzeroMagnitude...1.nextDown,
                means: "fraction of each class for testing, if the pictures aren't in train and test"
            ) : nil
        mean = try Self.figures(
            "mean",
            options,
            count: name.channelCount,
            means: "mean per channel, of pixels in [0, 1], or auto to compute it; else the data set's own"
        )
        deviation = try Self.figures(
            "deviation",
            options,
            in: .leastNonzeroMagnitude ... .infinity,
            count: name.channelCount,
            means: "standard deviation per channel, or auto to compute it; else the data set's own"
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
            means: "channels to which pictures are converted: 1 for gray, 3 for color"
        )
        guard channels != 2 else { throw options.error("channels", "needs 1 for gray or 3 for color, found 2") }
        return channels
    }

    /// An error about the data set as a whole.
    ///
    /// - Parameter problem: What is wrong.
    /// - Returns: The error, located at `root`.
    package func error(_ problem: String) -> ConfigurationError {
        ConfigurationError(file: rootError.file, line: rootError.line, keyPath: rootError.keyPath, problem: problem)
    }

    private static func size(_ options: OptionReader) throws(ConfigurationError) -> (height: Int, width: Int)? {
        guard
            let sides = try options.optionalIntegers(
                "size",
                in: 1...4_096,
                means: "rows and columns to which pictures are resized; a packed file has its own"
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
