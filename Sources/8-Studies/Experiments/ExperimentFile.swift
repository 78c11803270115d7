package import ConfigurationFiles
import Foundation

/// The contents of an experiments' file: networks, seeds, and experiments.
package struct ExperimentFile: Sendable {
    /// A network of the comparison.
    package struct Contender: Sendable, Equatable {
        /// Its name on the page.
        package let name: String
        /// Its configuration's file, or name in `Configs`.
        package let configurationPath: String
    }

    /// A fixed permutation of all images' pixels.
    package struct SpatialPrior: Sendable {
        package let permutationSeed: Int
    }

    /// Shifted test images, and how layers respond.
    package struct Translation: Sendable {
        package let shiftPixels: [Int]
        /// Test images for measuring equivariance.
        package let equivarianceImages: Int
    }

    /// Training on fewer images.
    package struct DataHunger: Sendable {
        package let percentages: [Int]
        /// Smaller sets are trained for more epochs, with the same number of steps, but for at most this many epochs.
        package let maximumEpochs: Int
    }

    /// What trained networks have learned.
    package struct Gallery: Sendable {
        /// The test images that are explained; nil for the first and one from the middle, which in folders have
        /// different classes.
        package let images: [Int]?
    }

    /// The file, for messages.
    package let path: String
    /// Whether the values under `quick` replace the others.
    package let isQuick: Bool
    /// The title of the page.
    package let title: String
    package let contenders: [Contender]
    package let seeds: [Int]
    package let rankCount: Int
    /// The folder for run folders.
    package let directory: String
    /// Overrides for all runs; those of the command line are last.
    package let overrides: [String]
    package let hasAccuracy: Bool
    package let spatialPrior: SpatialPrior?
    package let translation: Translation?
    package let hasParameterGrowth: Bool
    package let dataHunger: DataHunger?
    package let gallery: Gallery?

    /// Reads an experiment's file.
    ///
    /// - Parameters:
    ///   - path: The file, or its name in `Configs`.
    ///   - isQuick: Whether the values under `quick` replace the others.
    ///   - dataset: The data set of all runs; by default that of the networks' configurations.
    ///   - overrides: Texts `key.path=value` for all runs, applied after the file's.
    /// - Throws: `ConfigurationError`.
    package init(
        path: String,
        isQuick: Bool,
        dataset: DatasetChoice? = nil,
        overrides: [String] = []
    ) throws(ConfigurationError) {
        let options = try OptionReader(file: path, kind: .experiments)
        try self.init(options, isQuick: isQuick, dataset: dataset, overrides: overrides)
    }

    package init(
        _ options: OptionReader,
        isQuick: Bool,
        dataset: DatasetChoice? = nil,
        overrides moreOverrides: [String] = []
    ) throws(ConfigurationError) {
        path = options.file
        self.isQuick = isQuick
        guard !isQuick || options.keys.contains("quick") else {
            throw options.error("quick", "is missing, which --quick takes", hint: "leave --quick out")
        }
        let name = URL(fileURLWithPath: options.file).deletingPathExtension().lastPathComponent
        let title = try options.string("title", default: name, means: "the heading of the page")
        self.title = title + (dataset.map { " on \($0.name)" } ?? "")
        contenders = try Self.contenders(options.section("networks", means: "two names, each with its configuration"))
        let seeds =
            try Self.distinct("seeds", of: options, in: 0...1 << 32, means: "seeds of the trainings") ?? [0, 1, 2]
        rankCount = try options.integer("ranks", default: 1, in: 1...4096, means: "ranks of each training")
        let ownDirectory = try options.string(
            "directory",
            default: "runs/\(name)",
            means: "the folder of runs and page"
        )
        let directory = ownDirectory + (dataset.map { "-\($0.folderName)" } ?? "")
        let overrides = try options.overrides("set", means: "keys that every training sets")
        let experiments = try options.section("experiments", means: "the claims to test")
        hasAccuracy = experiments.keys.contains("accuracy")
        try experiments.section("accuracy", means: "accuracy and cost of each network").finish()
        spatialPrior = try Self.spatialPrior(experiments)
        translation = try Self.translation(experiments)
        hasParameterGrowth = experiments.keys.contains("parameterGrowth")
        try experiments.section("parameterGrowth", means: "how parameters grow with the image").finish()
        let quick = try options.section("quick", means: "what --quick replaces")
        let quickPercentages = try Self.distinct(
            "percentages",
            of: quick,
            in: 1...100,
            means: "fractions of the samples in percent"
        )
        dataHunger = try Self.dataHunger(experiments, percentages: isQuick ? quickPercentages : nil)
        gallery = try Self.gallery(experiments)
        try experiments.finish()
        guard !experiments.keys.isEmpty || options.isSample else {
            throw options.error("experiments", "needs at least one experiment")
        }
        let quickSeeds = try Self.distinct("seeds", of: quick, in: 0...1 << 32, means: "seeds of the trainings")
        let quickDirectory = try quick.string(
            "directory",
            default: directory + "-quick",
            means: "the folder of runs and page"
        )
        let quickOverrides = try quick.overrides("set", means: "keys that every training sets")
        try quick.finish()
        try options.finish()
        self.seeds = isQuick ? quickSeeds ?? seeds : seeds
        self.directory = isQuick ? quickDirectory : directory
        self.overrides = overrides + (isQuick ? quickOverrides : []) + (dataset?.overrides ?? []) + moreOverrides
    }

    /// Every key of an experiment file.
    ///
    /// - Returns: A section for the file, and one for each of its sections.
    /// - Throws: `ConfigurationError` if a default is invalid, which is a bug.
    package static func reference() throws(ConfigurationError) -> ConfigurationReference {
        try ConfigurationReference(title: "experiments", meaning: "a file that 'verdict' takes") {
            options throws(ConfigurationError) in _ = try ExperimentFile(options, isQuick: false)
        }
    }

    private static func contenders(_ section: OptionReader) throws(ConfigurationError) -> [Contender] {
        var contenders: [Contender] = []
        let names = section.isSample ? ["FIRST", "SECOND"] : section.keys
        for name in names {
            contenders.append(
                Contender(name: name, configurationPath: try section.string(name, means: "its configuration"))
            )
        }
        guard contenders.count == 2 else {
            throw section.error(
                nil,
                "needs two networks, found \(contenders.count)",
                hint: "as {MLP: mlp.yaml, CNN: cnn.yaml}"
            )
        }
        // Run folders are named after the networks.
        for name in section.keys where !name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" }) {
            throw section.error(name, "needs a name of letters, digits and hyphens")
        }
        guard contenders[0].name.lowercased() != contenders[1].name.lowercased() else {
            throw section.error(contenders[1].name, "needs another name than \(contenders[0].name)")
        }
        return contenders
    }

    /// A list without repetitions: equal runs would share a folder.
    private static func distinct(
        _ key: String,
        of options: OptionReader,
        in range: ClosedRange<Int>,
        means meaning: String
    ) throws(ConfigurationError) -> [Int]? {
        guard let numbers = try options.optionalIntegers(key, in: range, means: meaning) else { return nil }
        guard Set(numbers).count == numbers.count else {
            throw options.error(key, "needs different numbers, found \(numbers)")
        }
        return numbers
    }

    private static func spatialPrior(_ options: OptionReader) throws(ConfigurationError) -> SpatialPrior? {
        let section = try options.section("spatialPrior", means: "accuracy with all pixels shuffled")
        let seed = try section.integer(
            "permutationSeed",
            default: 1,
            in: 0 ... .max,
            means: "seed of the permutation"
        )
        try section.finish()
        return options.keys.contains("spatialPrior") ? SpatialPrior(permutationSeed: seed) : nil
    }

    private static func translation(_ options: OptionReader) throws(ConfigurationError) -> Translation? {
        let section = try options.section("translation", means: "accuracy on shifted test images")
        let shifts =
            try distinct("shiftPixels", of: section, in: 0...1 << 16, means: "shifts in pixels") ?? Array(0...8)
        let images = try section.integer(
            "equivarianceImages",
            default: 256,
            in: 1...1 << 20,
            means: "images on which feature maps are compared"
        )
        try section.finish()
        return options.keys.contains("translation")
            ? Translation(shiftPixels: shifts, equivarianceImages: images) : nil
    }

    private static func dataHunger(
        _ options: OptionReader,
        percentages: [Int]?
    ) throws(ConfigurationError) -> DataHunger? {
        let section = try options.section("dataHunger", means: "accuracy by the number of samples")
        let all =
            try distinct("percentages", of: section, in: 1...100, means: "fractions of the samples in percent") ?? [
                1, 2, 5, 10, 25, 50, 100,
            ]
        let maximumEpochs = try section.integer(
            "maximumEpochs",
            default: 60,
            in: 1...1_000_000,
            means: "the largest number of epochs for a small fraction"
        )
        try section.finish()
        return options.keys.contains("dataHunger")
            ? DataHunger(percentages: percentages ?? all, maximumEpochs: maximumEpochs) : nil
    }

    private static func gallery(_ options: OptionReader) throws(ConfigurationError) -> Gallery? {
        let section = try options.section("gallery", means: "what the trained networks have learned")
        let images = try distinct("images", of: section, in: 0...1 << 32, means: "test images to show")
        try section.finish()
        return options.keys.contains("gallery") ? Gallery(images: images) : nil
    }
}
