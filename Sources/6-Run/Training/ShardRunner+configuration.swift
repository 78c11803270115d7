import Assembly
import ConfigurationFiles
import Datasets
import Networks

extension ShardRunner {
    /// The runner of a configured training.
    convenience init(
        _ configuration: Configuration,
        replica: Replica,
        dataset: ImageDataset,
        threadCount: Int,
        localShardCount: Int
    ) throws {
        let views = configuration.evaluation.testTimeAugmentation.views
        self.init(
            replica: replica,
            dataset: dataset,
            loader: try BatchLoader(
                dataset: dataset,
                augmentation: configuration.augmentation.augmentation,
                seed: configuration.training.seed,
                views: views
            ),
            views: views,
            threadCount: threadCount,
            localShardCount: localShardCount,
            accumulationSteps: configuration.training.accumulationSteps
        )
    }
}
