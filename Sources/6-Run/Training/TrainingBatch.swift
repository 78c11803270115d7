import Datasets
import GradientReduction
import Networks

/// A global batch of training samples, and how it is divided into shards.
struct TrainingBatch {
    /// The samples of the batch, equal on all ranks.
    let samples: ArraySlice<Int32>
    let epoch: Int
    let seed: UInt64
    let loss: LossFunction
    let plan: ShardPlan
    /// The plan of the shards' parts; every shard has the same number.
    let parts: ShardPlan
    let rank: Int

    /// Identifies a batch of a run.
    struct ID: Equatable {
        let epoch: Int
        let firstSample: Int
    }

    var id: ID { ID(epoch: epoch, firstSample: samples.startIndex) }

    /// The number of parts of each shard.
    var partCount: Int { parts.virtualShards / plan.virtualShards }

    /// The samples of a part of one of this rank's shards; by default of its first part.
    func samples(ofLocalShard index: Int, part: Int = 0) -> SampleCoordinates {
        let shard = plan.shards(ofRank: rank)[plan.shards(ofRank: rank).lowerBound + index]
        let range = parts.samples(ofShard: shard * partCount + part, inBatchOf: samples.count)
        let slice = samples[samples.startIndex + range.lowerBound..<samples.startIndex + range.upperBound]
        let next = slice.endIndex < samples.endIndex ? samples[slice.endIndex] : samples.first
        return SampleCoordinates(seed: seed, epoch: epoch, samples: slice, next: next)
    }
}
