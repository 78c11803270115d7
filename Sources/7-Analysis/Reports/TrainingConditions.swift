package import ConfigurationFiles
import Formatting

/// How a network was trained, in words for a page.
package enum TrainingConditions {
    /// The same of a configuration whose network is made.
    package static func text(_ configuration: Configuration, trainingCount: Int? = nil) -> String {
        text(Configuration.settings(inYAML: configuration.resolvedYAML()) ?? [:], trainingCount: trainingCount)
    }

    /// Names data, epochs, batch and optimizer: `cifar10: 10,000 of 50,000 training images, 3 epochs, batch 128, adam, ...`.
    ///
    /// - Parameters:
    ///   - settings: A run's settings by key path.
    ///   - trainingCount: How many training images the data set has; nil where that isn't known.
    /// - Returns: A line; what the settings don't have is left out.
    package static func text(_ settings: [String: String], trainingCount: Int? = nil) -> String {
        func number(_ key: String) -> Int? { settings[key].flatMap { Int($0) } }
        let all = trainingCount.map { "\(Format.grouped($0)) training images" }
        let images =
            number("dataset.limit").map { limit in
                limit < trainingCount ?? .max
                    ? "\(Format.grouped(limit))" + (all.map { " of \($0)" } ?? " training images") : all ?? ""
            } ?? all ?? "all training images"
        let optimizer = [settings["optimizer.name"], settings["optimizer.learningRate"].map { "learning rate \($0)" }]
        let words =
            [
                images, number("training.epochs").map { Format.count($0, "epoch") },
                number("training.globalBatchSize").map { "batch \($0)" },
            ] + optimizer + [settings["schedule.name"].map { "\($0) schedule" }]
        return (settings["dataset.name"].map { "\($0): " } ?? "") + words.compactMap(\.self).joined(separator: ", ")
    }
}
