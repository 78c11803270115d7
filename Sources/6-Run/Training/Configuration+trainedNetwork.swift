import Assembly
package import ConfigurationFiles
package import Datasets
import GradientReduction
package import Networks

extension Configuration {
    /// Creates the configured network for training on `worldSize` ranks, for a data set that need not be loaded yet.
    package func makeNetwork(worldSize: Int, for description: DatasetDescription? = nil) throws -> Network {
        let parts = try partPlan(worldSize: worldSize)
        let largest = parts.samples(ofShard: 0, inBatchOf: training.globalBatchSize).count
        return try makeNetwork(maximumBatch: max(largest, ShardRunner.evaluationChunkSize), for: description)
    }
}
