package import ConfigurationFiles
import Foundation
import Trials

/// The contents of a sweep's file.
package struct SweepFile: Sendable {
    /// How settings are chosen.
    package enum Method: String, CaseIterable, Sendable {
        /// Every combination of the listed values.
        case grid
        /// A number of settings, each drawn at random.
        case random
        /// As many settings as `random`, most of which are stopped early: `HalvingPlan`.
        case successiveHalving
    }

    /// What the trials are compared by.
    package enum Metric: String, CaseIterable, Sendable {
        case testAccuracy, testLoss, validationAccuracy, validationLoss, trainAccuracy, trainLoss, imagesPerSecond

        /// Whether smaller is better.
        package var isLoss: Bool { [.testLoss, .validationLoss, .trainLoss].contains(self) }
        /// The samples of the evaluation; nil if evaluation doesn't matter.
        var samples: EvaluationOptions.Samples? {
            switch self {
            case .testAccuracy, .testLoss: .test
            case .validationAccuracy, .validationLoss: .validation
            case .trainAccuracy, .trainLoss, .imagesPerSecond: nil
            }
        }
    }

    /// The sweep's name: the file's, without extension.
    package let name: String
    /// The configuration that is varied.
    package let configurationPath: String
    /// Overrides for all trials.
    package let overrides: [String]
    package let method: Method
    package let metric: Metric
    /// The number of settings that `random` and `successiveHalving` draw.
    package let trialCount: Int
    /// Their seed.
    package let seed: UInt64
    package let rankCount: Int
    /// The folder for run folders and results.
    package let directory: String
    package private(set) var parameters: [SweepParameter]
    /// The rungs; nil for other methods.
    package let halving: HalvingPlan?

    /// Reads a sweep's file.
    ///
    /// - Parameter path: The file, or its name in `Configs`.
    /// - Throws: `ConfigurationError`.
    package init(path: String) throws(ConfigurationError) {
        try self.init(OptionReader(file: path, kind: .sweep))
    }

    package init(_ options: OptionReader) throws(ConfigurationError) {
        name = URL(fileURLWithPath: options.file).deletingPathExtension().lastPathComponent
        configurationPath = try options.string("config", means: "the configuration that is varied")
        overrides = try options.overrides("set", means: "keys that every trial sets")
        method = try options.choice("method", default: .grid, means: "how the trials are chosen")
        metric = try Self.metric(options, of: configurationPath, overrides)
        trialCount = try options.integer(
            "trials",
            default: 16,
            in: 1...100_000,
            means: "how many trials, unless in a grid"
        )
        seed = UInt64(try options.integer("seed", default: 0, in: 0 ... .max, means: "seed of the random settings"))
        rankCount = try options.integer("ranks", default: 1, in: 1...4096, means: "ranks of each trial")
        directory = try options.string("directory", default: "runs/\(name)", means: "the folder of the sweep")
        let section = try options.section("parameters", means: "the keys that vary")
        var parameters: [SweepParameter] = []
        for key in options.isSample ? ["KEY"] : section.keys { parameters.append(try SweepParameter(key, of: section)) }
        guard !parameters.isEmpty else {
            throw options.error(
                "parameters",
                "needs at least one key to vary",
                hint: "as optimizer.learningRate: [0.001, 0.01]"
            )
        }
        self.parameters = parameters
        halving = try Self.halving(of: options, method: method, trialCount: trialCount)
        try options.finish()
        guard method == .grid, !options.isSample else { return }
        for parameter in parameters {
            if case .list = parameter.values { continue }
            throw section.error(
                parameter.key,
                "a grid needs a list of values, found a range",
                hint: "list them, or use method: random"
            )
        }
    }

    /// The metric by which trials are ranked; by default the accuracy on the samples of their evaluation.
    private static func metric(
        _ options: OptionReader,
        of path: String,
        _ overrides: [String]
    ) throws(ConfigurationError) -> Metric {
        // A configuration that can't be read is an error when the trials are planned.
        let samples = (try? Configuration.load(path: path, overrides: overrides))?.evaluation.samples
        let usual: Metric = samples == .validation ? .validationAccuracy : .testAccuracy
        let metric: Metric = try options.choice("metric", default: usual, means: "what the trials are ranked by")
        if let needed = metric.samples, let samples, needed != samples {
            throw options.error(
                "metric",
                "is \(metric.rawValue), and the trials are evaluated on their \(samples.rawValue) samples",
                hint: "take another metric, or set evaluation.on: \(needed.rawValue)"
            )
        }
        return metric
    }

    /// Every key of a sweep file.
    ///
    /// - Returns: A section for the file, and one for each of its sections.
    /// - Throws: `ConfigurationError` if the code refuses its own defaults.
    package static func reference() throws(ConfigurationError) -> ConfigurationReference {
        try ConfigurationReference(title: "sweep", meaning: "a file that 'sweep' takes") {
            options throws(ConfigurationError) in _ = try SweepFile(options)
        }
    }

    /// The same sweep, with integers drawn for keys that only accept integers.
    ///
    /// - Throws: `ConfigurationError` of the configuration that is varied.
    package func typed() throws(ConfigurationError) -> SweepFile {
        _ = try Trial(name: name, configurationPath: configurationPath, overrides: overrides)
        var file = self
        file.parameters = parameters.map { parameter in
            guard case .range(let minimum, let maximum, let scale, isInteger: false) = parameter.values else {
                return parameter
            }
            return SweepParameter(
                key: parameter.key,
                values: .range(
                    minimum: minimum,
                    maximum: maximum,
                    scale: scale,
                    isInteger: takesIntegersOnly(parameter.key, besides: minimum)
                )
            )
        }
        return file
    }

    /// Whether the configuration accepts an integer, and rejects a fraction beside it because of its type.
    private func takesIntegersOnly(_ key: String, besides number: Double) -> Bool {
        do {
            _ = try Trial(
                name: name,
                configurationPath: configurationPath,
                overrides: overrides + ["\(key)=\(number.rounded() + 0.5)"]
            )
            return false
        } catch {
            return error.problem.hasPrefix("needs an integer")
        }
    }

    private static func halving(
        of options: OptionReader,
        method: Method,
        trialCount: Int
    ) throws(ConfigurationError) -> HalvingPlan? {
        let section = try options.section("halving", means: "the rungs of successive halving")
        let maximumEpochs = try section.integer(
            "maximumEpochs",
            default: 100,
            in: 1...1_000_000,
            means: "epochs of the last trials"
        )
        let graceEpochs = try section.integer(
            "graceEpochs",
            default: 1,
            in: 1...maximumEpochs,
            means: "epochs before the first rung"
        )
        let reductionFactor = try section.integer(
            "reductionFactor",
            default: 4,
            in: 2...1000,
            means: "factor by which the number of trials decreases per rung"
        )
        try section.finish()
        guard method == .successiveHalving else { return nil }
        return HalvingPlan(
            trialCount: trialCount,
            maximumEpochs: maximumEpochs,
            graceEpochs: graceEpochs,
            reductionFactor: reductionFactor
        )
    }
}

extension SweepFile {
    /// What every trial sets: `set`, and the epochs of the highest rung, which the learning rate's schedule is planned
    /// for.
    var sharedOverrides: [String] {
        overrides + (halving.map { ["training.epochs=\($0.rungs.last?.epochs ?? 1)"] } ?? [])
    }
}
