import Assembly
package import ConfigurationFiles
import Datasets
import Networks
package import Trials

/// The training runs that some experiments need; experiments share equal runs.
package struct ExperimentPlan: Sendable {
    /// The conditions of a run, besides network and seed.
    package enum Variant: Hashable, Sendable {
        /// As configured.
        case baseline
        /// With the pixels permuted.
        case permuted
        /// With a percentage of the training images.
        case percent(Int)
    }

    /// The purpose of a run.
    package struct Role: Hashable, Sendable {
        /// The position of the network in the file.
        package let network: Int
        package let seed: Int
        package let variant: Variant
    }

    package let file: ExperimentFile
    /// The test images in the gallery.
    package let galleryImages: [Int]
    /// The runs, in the order in which they are started.
    package let trials: [(role: Role, trial: Trial)]

    /// Plans the runs, and checks each configuration.
    ///
    /// - Parameter file: The experiments.
    /// - Throws: `ConfigurationError`, for example if an experiment doesn't fit a network.
    package init(_ file: ExperimentFile) throws(ConfigurationError) {
        self.file = file
        let testCount = try Self.check(file).testCount
        galleryImages = file.gallery.map { $0.images ?? (testCount < 2 ? [0] : [0, testCount / 2]) } ?? []
        var variants: [Variant] = []
        let needsBaseline =
            file.hasAccuracy || file.spatialPrior != nil || file.translation != nil || file.dataHunger != nil
            || file.gallery != nil
        if needsBaseline { variants.append(.baseline) }
        if file.spatialPrior != nil { variants.append(.permuted) }
        variants += (file.dataHunger?.percentages ?? []).filter { $0 < 100 }.map(Variant.percent)
        var trials: [(Role, Trial)] = []
        for variant in variants {
            for seed in file.seeds {
                for network in file.contenders.indices {
                    let role = Role(network: network, seed: seed, variant: variant)
                    trials.append((role, try Self.trial(role, of: file)))
                }
            }
        }
        self.trials = trials
    }

    /// Whether the final weights of a run are measured.
    func isMeasured(_ role: Role) -> Bool {
        role.variant == .baseline && (file.hasAccuracy || file.translation != nil)
    }

    /// The configuration of a network's baseline runs.
    func configuration(ofNetwork network: Int) throws(ConfigurationError) -> Configuration {
        try Configuration.load(path: file.contenders[network].configurationPath, overrides: file.overrides)
    }

    /// Refuses what would fail only after training, or compare nothing; returns what both networks are trained on.
    private static func check(_ file: ExperimentFile) throws(ConfigurationError) -> DatasetDescription {
        let (dataset, description) = try commonDataset(file)
        let largestShift = min(description.shape.height, description.shape.width) - 1
        for shift in file.translation?.shiftPixels ?? [] where shift > largestShift {
            throw mistake(
                file,
                "experiments.translation.shiftPixels",
                "has \(shift); images of \(dataset.rawValue) can move by 0 to \(largestShift) pixels"
            )
        }
        for image in file.gallery?.images ?? [] where image >= description.testCount {
            throw mistake(
                file,
                "experiments.gallery.images",
                "has \(image); test images of \(dataset.rawValue) are 0 to \(description.testCount - 1)"
            )
        }
        return description
    }

    /// The data set of both networks, an MLP and a CNN in this order.
    private static func commonDataset(_ file: ExperimentFile) throws(ConfigurationError)
        -> (name: DatasetName, description: DatasetDescription)
    {
        var datasets: [(name: DatasetName, description: DatasetDescription)] = []
        for (index, contender) in file.contenders.enumerated() {
            let configuration = try Configuration.load(
                path: contender.configurationPath,
                overrides: file.overrides
            )
            let layers = try configuration.makeNetwork(maximumBatch: 1, fusesLayers: false).layerSummaries
            let isConvolutional = layers.contains { $0.role == .featureMaps }
            guard isConvolutional == (index == 1) else {
                throw mistake(
                    file,
                    "networks.\(contender.name)",
                    "has \(isConvolutional ? "" : "no ")convolutions",
                    hint: "the claims are about an MLP, which comes first, and a CNN, which comes second"
                )
            }
            guard configuration.evaluation.samples == .test else {
                throw mistake(
                    file,
                    "networks.\(contender.name)",
                    "is evaluated on validation samples",
                    hint: "the claims are about test samples; set evaluation.on: test"
                )
            }
            datasets.append((configuration.dataset.name, try configuration.datasetDescription()))
        }
        guard datasets[0].name == datasets[1].name, datasets[0].description == datasets[1].description else {
            throw mistake(
                file,
                "networks",
                "learn from \(datasets[0].name.rawValue) and from \(datasets[1].name.rawValue)",
                hint: "name two that learn from the same images"
            )
        }
        return datasets[0]
    }

    private static func mistake(
        _ file: ExperimentFile,
        _ keyPath: String,
        _ problem: String,
        hint: String? = nil
    ) -> ConfigurationError {
        ConfigurationError(file: file.path, keyPath: keyPath, problem: problem, hint: hint)
    }

    private static func trial(_ role: Role, of file: ExperimentFile) throws(ConfigurationError) -> Trial {
        let contender = file.contenders[role.network]
        var name = contender.name.lowercased()
        // The experiments only need the final weights.
        var overrides =
            file.overrides + ["training.seed=\(role.seed)", "checkpoint.keepLast=1", "checkpoint.keepBest=0"]
        switch role.variant {
        case .baseline: break
        case .permuted:
            name += "-permuted"
            overrides.append("dataset.pixelPermutationSeed=\(file.spatialPrior?.permutationSeed ?? 0)")
        case .percent(let percent):
            name += "-\(percent)percent"
            let configuration = try Configuration.load(path: contender.configurationPath, overrides: file.overrides)
            overrides += try Self.overrides(
                forPercent: percent,
                of: configuration,
                seed: role.seed,
                maximumEpochs: file.dataHunger?.maximumEpochs ?? 1
            )
        }
        return try Trial(
            name: name + "-seed\(role.seed)",
            configurationPath: contender.configurationPath,
            overrides: overrides
        )
    }

    /// Overrides for a part of the training set, trained for as many steps as the whole, or for `maximumEpochs` if that
    /// is less.
    ///
    /// The run's seed chooses the part, so that the spread over seeds includes the choice of images.
    package static func overrides(
        forPercent percent: Int,
        of configuration: Configuration,
        seed: Int,
        maximumEpochs: Int
    ) throws(ConfigurationError) -> [String] {
        let whole = try min(configuration.dataset.limit ?? .max, configuration.datasetDescription().trainingCount)
        let epochs = configuration.training.epochs
        let longer = max(epochs, min(maximumEpochs, (epochs * 100 + percent - 1) / percent))
        return [
            "dataset.limit=\(max(1, (whole * percent + 50) / 100))", "dataset.limitSeed=\(seed)",
            "training.epochs=\(longer)", "evaluation.everyEpochs=\(longer)",
            "checkpoint.everyEpochs=\(longer)",
        ]
    }
}
