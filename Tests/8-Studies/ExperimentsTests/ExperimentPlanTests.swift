import Assembly
import ConfigurationFiles
import Datasets
import Experiments
import Foundation
import TestSupport
import Testing
import Trials

@Suite(.timeLimit(.minutes(10))) struct ExperimentPlanTests {
    /// A file about networks in this package's `Configs`, found from the package's folder.
    private func file(_ experiments: String, isQuick: Bool = false) throws -> ExperimentFile {
        let yaml = """
            networks: {MLP: digits-mlp.yaml, CNN: digits-cnn.yaml}
            seeds: [3, 4]
            experiments: \(experiments)
            quick: {set: {training.epochs: 2}, percentages: [50]}
            """
        return try ExperimentFile(OptionReader(yaml: yaml), isQuick: isQuick)
    }

    private func names(_ experiments: String, isQuick: Bool = false) throws -> [String] {
        try ExperimentPlan(file(experiments, isQuick: isQuick)).trials.map(\.trial.name)
    }

    @Test func experimentsShareTheirRuns() throws {
        let baseline = ["mlp-seed3", "cnn-seed3", "mlp-seed4", "cnn-seed4"]
        #expect(try names("{accuracy: {}}") == baseline)
        #expect(try names("{accuracy: {}, translation: {shiftPixels: [0, 1]}}") == baseline)
        #expect(try names("{parameterGrowth: {}}") == [])
        #expect(try names("{gallery: {images: [0]}}") == baseline)
        let permuted = ["mlp-permuted-seed3", "cnn-permuted-seed3", "mlp-permuted-seed4", "cnn-permuted-seed4"]
        #expect(try names("{accuracy: {}, spatialPrior: {}}") == baseline + permuted)
        #expect(try names("{dataHunger: {percentages: [10, 100]}}").count == 8)
    }

    @Test func aDataSetOnTheCommandLineIsUsedByAllRuns() throws {
        let file = try ExperimentFile(
            path: "experiments/dataset.yaml",
            isQuick: true,
            dataset: DatasetChoice("digits"),
            overrides: ["training.epochs=3"]
        )
        #expect(file.title == "MLP against CNN on digits")
        #expect(file.directory == "runs/verdict-digits-quick")
        let plan = try ExperimentPlan(file)
        #expect(plan.galleryImages == [0, 180])
        let texts = plan.trials.map(\.trial.configurationText)
        #expect(texts.allSatisfy { $0.contains("name: digits") })
        let baselines = plan.trials.filter { $0.role.variant == .baseline }.map(\.trial.configurationText)
        #expect(baselines.count == 6 && baselines.allSatisfy { $0.contains("epochs: 3") })
    }

    @Test func theKindOfADataSetIsDetectedFromItsFolder() throws {
        try withTemporaryFolder { folder in
            func choice(_ files: [String], named name: String = "") throws -> [String] {
                let root = folder + "/it's \"my\" data"
                try? FileManager.default.removeItem(atPath: root)
                for file in files {
                    let path = URL(filePath: root + "/" + file)
                    try FileManager.default.createDirectory(
                        at: path.deletingLastPathComponent(),
                        withIntermediateDirectories: true
                    )
                    try Data().write(to: path)
                }
                let choice = try DatasetChoice(name.isEmpty ? root : root + "/" + name)
                let configuration = try Configuration.load(path: "mlp.yaml", overrides: choice.overrides)
                #expect(configuration.dataset.root == (name.isEmpty ? root : root + "/" + name))
                return choice.overrides.filter { !$0.hasPrefix("dataset.root") }
            }
            let size = "dataset.size=[32, 32]"
            let pictures = try choice(["train/a/1.png", "test/a/1.png"])
            #expect(pictures == ["dataset.name=images", size])
            #expect(try choice(["a/1.png"]) == ["dataset.name=images", size, "dataset.testFraction=0.2"])
            #expect(try choice(["train.csv"]) == ["dataset.name=csv", size])
            #expect(try choice(["x.csv"], named: "x.csv") == ["dataset.name=csv", size, "dataset.testFraction=0.2"])
            #expect(try choice(["x_train.npy"]) == ["dataset.name=arrays"])
            #expect(try choice(["x.npz"], named: "x.npz") == ["dataset.name=arrays"])
            #expect(try choice(["train-images-idx3-ubyte.gz"]) == ["dataset.name=idx"])
            #expect(try DatasetChoice(folder + "/").name == URL(filePath: folder).lastPathComponent)
        }
        let error = #expect(throws: ConfigurationError.self) { try DatasetChoice("/nowhere") }
        #expect("\(error.map { "\($0)" } ?? "")".contains("'/nowhere' not found"))
    }

    @Test func runsEvaluatedOnValidationSamplesAreRefused() throws {
        let file = try ExperimentFile(
            OptionReader(
                yaml: """
                    networks: {MLP: digits-mlp.yaml, CNN: digits-cnn.yaml}
                    set: {dataset.validationFraction: 0.1, evaluation.on: validation}
                    experiments: {accuracy: {}}
                    """
            ),
            isQuick: false
        )
        let error = #expect(throws: ConfigurationError.self) { try ExperimentPlan(file) }
        #expect("\(error.map { "\($0)" } ?? "")".contains("validation samples"))
    }

    @Test func quickReplacesOnlyTheKeysItHas() throws {
        let names = try names("{dataHunger: {percentages: [10, 25, 100]}}", isQuick: true)
        #expect(names.contains("mlp-50percent-seed3"))
        #expect(!names.contains("mlp-25percent-seed3"))
        #expect(try file("{accuracy: {}}", isQuick: true).seeds == [3, 4])
        #expect(try file("{accuracy: {}}", isQuick: true).overrides == ["training.epochs=2"])
    }

    /// By hand: 1,437 images for 30 epochs; 10 % of them for ten times as many epochs, 5 % for at most 400.
    @Test func smallerPartsAreTrainedForEquallyManySteps() throws {
        let configuration = try Configuration.load(path: "digits-mlp.yaml")
        let tenth = try ExperimentPlan.overrides(forPercent: 10, of: configuration, seed: 7, maximumEpochs: 400)
        #expect(tenth.prefix(3) == ["dataset.limit=144", "dataset.limitSeed=7", "training.epochs=300"])
        let twentieth = try ExperimentPlan.overrides(forPercent: 5, of: configuration, seed: 7, maximumEpochs: 400)
        #expect(twentieth.prefix(3) == ["dataset.limit=72", "dataset.limitSeed=7", "training.epochs=400"])
    }

    @Test func eachSeedUsesDifferentTrainingImages() throws {
        let trials = try ExperimentPlan(file("{dataHunger: {percentages: [10]}}")).trials
        let images = try trials.filter { $0.role.network == 0 && $0.role.variant == .percent(10) }.map { planned in
            try Configuration.load(path: "digits-mlp.yaml", overrides: planned.trial.overrides).dataset.load().training
        }
        #expect(images.count == 2 && images.allSatisfy { $0.count == 144 })
        #expect(images[0].pixels != images[1].pixels)
    }

    @Test(
        arguments: [
            ("networks: {MLP: digits-mlp.yaml}\nexperiments: {accuracy: {}}", "two networks"),
            ("networks: {A: digits-mlp.yaml, B: digits-cnn.yaml}\nexperiments: {}", "at least one experiment"),
            ("networks: {A: digits-mlp.yaml, B: digits-cnn.yaml}\nexperiments: {acuracy: {}}", "unknown key"),
            (
                "networks: {A: digits-mlp.yaml, B: digits-cnn.yaml}\nset: {training.epoch: 3}\n"
                    + "experiments: {accuracy: {}}",
                "did you mean 'epochs'"
            ),
            (
                "networks: {A: digits-cnn.yaml, B: digits-mlp.yaml}\nexperiments: {accuracy: {}}",
                "networks.A: has convolutions"
            ),
            (
                "networks: {A: digits-mlp.yaml, B: digits-mlp.yaml}\nexperiments: {accuracy: {}}",
                "networks.B: has no convolutions"
            ),
            (
                "networks: {A: digits-mlp.yaml, B: cnn.yaml}\nexperiments: {accuracy: {}}",
                "learn from digits and from cifar10"
            ),
            (
                "networks: {A: digits-mlp.yaml, a: digits-cnn.yaml}\nexperiments: {accuracy: {}}",
                "needs another name than A"
            ),
            (
                "networks: {../A: digits-mlp.yaml, B: digits-cnn.yaml}\nexperiments: {accuracy: {}}",
                "letters, digits and hyphens"
            ),
            (
                "networks: {A: digits-mlp.yaml, B: digits-cnn.yaml}\nseeds: [1, 1]\nexperiments: {accuracy: {}}",
                "seeds: needs different numbers"
            ),
            (
                "networks: {A: digits-mlp.yaml, B: digits-cnn.yaml}\nexperiments: {translation: {shiftPixels: [0, 8]}}",
                "can move by 0 to 7 pixels"
            ),
            (
                "networks: {A: digits-mlp.yaml, B: digits-cnn.yaml}\nexperiments: {gallery: {images: [360]}}",
                "test images of digits are 0 to 359"
            ),
            (
                "networks: {A: digits-mlp.yaml, B: digits-cnn.yaml}\nexperiments: {gallery: {images: []}}",
                "images: needs a list of numbers"
            ),
        ]
    )
    func refusesExperimentsThatDoNotFitTheNetworks(yaml: String, message: String) throws {
        let error = try #require(throws: ConfigurationError.self) {
            try ExperimentPlan(ExperimentFile(OptionReader(yaml: yaml), isQuick: false))
        }
        #expect(error.description.contains(message))
    }
}
