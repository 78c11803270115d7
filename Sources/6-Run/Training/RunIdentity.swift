import Assembly
import Configuration
import Datasets

/// Numbers without which the next steps would be other steps, and what tells of a data set of one's own: a checkpoint keeps
/// them, and a resumed run compares.
struct RunIdentity {
    /// The texts that a checkpoint keeps.
    let counters: [String: String]

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
            "optimizer.name": configuration.optimizer.rule.name,
            "dataset.pixelPermutationSeed": configuration.dataset.pixelPermutationSeed.map { "\($0)" } ?? "none",
        ].merging(configuration.dataset.counters(of: dataset)) { $1 }
    }

    /// Refuses a checkpoint after which this run's steps would be no continuation.
    ///
    /// - Parameters:
    ///   - found: The checkpoint's counters.
    ///   - path: Where it lies.
    /// - Returns: What the run's owner should know of it; nil where all is as it was.
    /// - Throws: `TrainingError.checkpointOfAnotherRun`.
    func check(_ found: [String: String], path: String) throws(TrainingError) -> String? {
        let fast = Reduction.fast.rawValue
        // It has a shard for each rank, whatever their number.
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
