package import ConfigurationFiles
import Formatting

/// A description of how a network was trained, for a page.
package enum TrainingConditions {
    /// The description for a configuration.
    package static func text(_ configuration: Configuration, trainingCount: Int? = nil) -> String {
        text(Configuration.settings(inYAML: configuration.resolvedYAML()) ?? [:], trainingCount: trainingCount)
    }

    /// The description: `cifar10: 10,000 of 50,000 training images, 3 epochs, batch 128, adam, ...`.
    ///
    /// - Parameters:
    ///   - settings: A run's settings by key path.
    ///   - trainingCount: The number of training images in the data set; nil if unknown.
    /// - Returns: One line, without the settings that are missing.
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
