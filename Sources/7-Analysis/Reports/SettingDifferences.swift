import ConfigurationFiles

/// The settings that differ between runs, without those that can't change the result.
struct SettingDifferences: Equatable, Sendable {
    /// Key paths, in alphabetical order.
    let keys: [String]
    /// Whether the data set is the user's own, so that its path distinguishes it.
    private let hasOwnData: Bool

    /// Settings that have to be equal for accuracies to be comparable: training data, epochs, and evaluation.
    private static let conditions: Set = [
        "dataset.name", "dataset.labels", "dataset.root", "dataset.limit", "dataset.limitSeed",
        "dataset.validationFraction", "dataset.testFraction", "dataset.pixelPermutationSeed", "training.epochs",
        "evaluation.on", "evaluation.testTimeAugmentation",
    ]
    /// The seed has its own column, because the runs of a setting are grouped over seeds.
    private static let seed = "training.seed"

    /// Compares the settings of runs.
    ///
    /// - Parameters:
    ///   - settings: The settings of each run; nil if its configuration couldn't be read.
    ///   - includesIncidental: Whether to include settings that can't change the result, such as the run folder.
    init(_ settings: [[String: String]?], includesIncidental: Bool = false) {
        let known = settings.compactMap(\.self)
        // Published data sets are the same at every path.
        let ownData = known.contains { $0["dataset.name"].flatMap(DatasetName.init(rawValue:))?.isOwn == true }
        hasOwnData = ownData
        let networks = Set(known.map { Set($0.keys.filter { $0.hasPrefix("network.") }) })
        keys = Set(known.flatMap(\.keys)).sorted().filter { key in
            let counts = includesIncidental || Configuration.concernsResult(key) || Self.conditions.contains(key)
            guard key != Self.seed, counts else { return false }
            if key == "dataset.root", !ownData, !includesIncidental { return false }
            // Layers are only comparable between networks of the same structure; otherwise name and parameter count
            // distinguish them.
            if key.hasPrefix("network."), networks.count > 1 { return false }
            // A key that some configurations don't have, such as beta1 with momentum, always comes with another one
            // that differs.
            return Set(known.compactMap { $0[key] }).count > 1
        }
    }

    /// The keys that make the comparison unfair.
    var conditions: [String] { keys.filter { Self.conditions.contains($0) && ($0 != "dataset.root" || hasOwnData) } }

    /// A column's title: the key's last word, where that is enough; `epochs` is the column of those trained.
    func title(of key: String) -> String {
        let last = key.split(separator: ".").last.map(String.init) ?? key
        return keys.count { $0.hasSuffix("." + last) } > 1 || ["name", "epochs"].contains(last) ? key : last
    }
}
