import ConfigurationFiles

/// In what the configurations of some runs differ, besides what can't change a result.
struct SettingDifferences: Equatable, Sendable {
    /// Key paths, in alphabetical order.
    let keys: [String]
    /// Whether the data are the user's own, and so no others may lie under the same name.
    private let hasOwnData: Bool

    /// Settings without which accuracies can't be held against each other: what was learned from, how long, and what the
    /// networks were tested on.
    private static let conditions: Set = [
        "dataset.name", "dataset.labels", "dataset.root", "dataset.limit", "dataset.limitSeed",
        "dataset.validationFraction", "dataset.testFraction", "dataset.pixelPermutationSeed", "training.epochs",
        "evaluation.on", "evaluation.testTimeAugmentation",
    ]
    /// The seed has a column of its own, since seeds of one setting belong together.
    private static let seed = "training.seed"

    /// Compares the settings of runs.
    ///
    /// - Parameters:
    ///   - settings: Those of each run; nil for one whose configuration couldn't be read.
    ///   - includesIncidental: Whether those count that can't change a result, such as where runs are written.
    init(_ settings: [[String: String]?], includesIncidental: Bool = false) {
        let known = settings.compactMap(\.self)
        // Published data are the same wherever they lie.
        let ownData = known.contains { ["images", "csv", "arrays", "idx"].contains($0["dataset.name"]) }
        hasOwnData = ownData
        let networks = Set(known.map { Set($0.keys.filter { $0.hasPrefix("network.") }) })
        keys = Set(known.flatMap(\.keys)).sorted().filter { key in
            let counts = includesIncidental || Configuration.concernsResult(key) || Self.conditions.contains(key)
            guard key != Self.seed, counts else { return false }
            if key == "dataset.root", !ownData, !includesIncidental { return false }
            // Layers correspond only where the networks are built alike; else name and parameters tell them apart.
            if key.hasPrefix("network."), networks.count > 1 { return false }
            // A key that one configuration lacks, as beta1 beside momentum, goes with another that differs.
            return Set(known.compactMap { $0[key] }).count > 1
        }
    }

    /// Those of the keys that make a comparison unfair.
    var conditions: [String] { keys.filter { Self.conditions.contains($0) && ($0 != "dataset.root" || hasOwnData) } }

    /// A column's title: the key's last word, where that is enough; `epochs` is the column of those trained.
    func title(of key: String) -> String {
        let last = key.split(separator: ".").last.map(String.init) ?? key
        return keys.count { $0.hasSuffix("." + last) } > 1 || ["name", "epochs"].contains(last) ? key : last
    }
}
