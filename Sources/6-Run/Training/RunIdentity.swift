import Assembly
import ConfigurationFiles
import Datasets

/// The numbers that have to stay the same for a resumed run to be the same run, and a fingerprint of the user's own
/// data set.
///
/// Checkpoints save them, and a resumed run compares them.
struct RunIdentity {
    /// The texts that a resumed run compares.
    let counters: [String: String]
    /// The description of the data set, with which the weights can be used elsewhere.
    let dataset: DatasetCounters

    private static let shardsKey = "parallel.virtualShards"
    private static let reductionKey = "parallel.reduction"

    init(_ configuration: Configuration, dataset: ImageDataset, shardCount: Int) {
        counters = [
            "training.globalBatchSize": "\(configuration.training.globalBatchSize)",
            "training.seed": "\(configuration.training.seed)",
            Self.shardsKey: "\(shardCount)",
            Self.reductionKey: configuration.parallel.reduction.rawValue,
            "dataset.name": configuration.dataset.name.rawValue,
            "dataset.limit": "\(dataset.training.count)",
            "dataset.limitSeed": configuration.dataset.limitSeed.map { "\($0)" } ?? "none",
            "training.dropLast": configuration.training.dropsLast ? "true" : "none",
            "averaging.name": configuration.averaging.rule?.name ?? "none",
            "optimizer.name": configuration.optimizer.rule.name,
            "dataset.pixelPermutationSeed": configuration.dataset.pixelPermutationSeed.map { "\($0)" } ?? "none",
        ].merging(configuration.dataset.counters(of: dataset)) { $1 }
        self.dataset = DatasetCounters(of: dataset)
    }

    /// The texts that a checkpoint saves.
    var savedCounters: [String: String] { counters.merging(dataset.counters) { $1 } }

    /// Refuses a checkpoint that this run wouldn't continue.
    ///
    /// - Parameters:
    ///   - found: The checkpoint's texts.
    ///   - path: The checkpoint's path.
    /// - Returns: A notice for the user; nil if nothing has changed.
    /// - Throws: `TrainingError.checkpointOfAnotherRun`.
    func check(_ found: [String: String], path: String) throws(TrainingError) -> String? {
        let fast = Reduction.fast.rawValue
        // `fast` uses one shard per rank, whatever the number of ranks.
        let isFast = [found[Self.reductionKey], counters[Self.reductionKey]].contains(fast)
        var notice: String?
        for (key, expected) in counters.sorted(by: { $0.key < $1.key }) where key != Self.reductionKey {
            let value = found[key] ?? "none"
            guard value != expected else { continue }
            guard isFast, key == Self.shardsKey else {
                throw .checkpointOfAnotherRun(path: path, key: key, found: value, expected: expected)
            }
            notice =
                "a batch is cut into \(expected) shards from here on, into \(value) before: with parallel.reduction: fast "
                + "there is one for each rank, and the last bits depend on it"
        }
        return notice
    }
}
