import Collectives
import ConfigurationFiles
import GradientReduction
import Kernels
import Networks
import Optimizers
import Tensors

extension Trainer {
    /// The first of the steps up to `step`, from 1, that would have been another in a run of so many epochs; nil if there is
    /// none.
    func firstDifference(fromEpochs epochs: Double, untilStep step: Int) -> Int? {
        let other = schedule.over(epochs: epochs)
        return (0..<step).first { index in
            schedule.factor(atStep: index) != other.factor(atStep: index)
                || average.map { average in
                    (index + 1) % average.rule.everySteps == 0
                        && average.decay(afterStep: index + 1, of: stepCount)
                            != average.decay(afterStep: index + 1, of: other.totalSteps)
                } ?? false
        }
        .map { $0 + 1 }
    }

    /// Compares the replicas of all ranks, before a checkpoint is written.
    ///
    /// Collective: every rank must call this, in the same order.
    package func checkReplicasAgree() throws { try checkReplicasAgree(communicator.allGather(replica.fingerprint)) }

    /// Compares the digests that the ranks computed of their replicas.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameter fingerprints: The digests, by rank.
    /// - Throws: `TrainingError` if they differ, even if all tensors are equal.
    package func checkReplicasAgree(_ fingerprints: [UInt64]) throws {
        guard let minority = Minority(of: fingerprints) else { return }
        for (name, local) in replica.tensorFingerprints {
            guard let minority = Minority(of: try communicator.allGather(local)) else { continue }
            let ranks = minority.ranks
            guard !minority.isDisputed else {
                throw TrainingError.replicasDisagree(ranks: describe(ranks), tensor: name, step: progress.step)
            }
            throw TrainingError.replicaDiverged(
                rank: ranks[0],
                host: communicator.hostNames[ranks[0]],
                tensor: name,
                step: progress.step
            )
        }
        throw TrainingError.comparisonFailed(ranks: describe(minority.ranks), step: progress.step)
    }

    private func describe(_ ranks: [Int]) -> [String] { ranks.map { "rank \($0) on \(communicator.hostNames[$0])" } }

    /// Throws if weights or running statistics aren't finite, before a checkpoint is written.
    ///
    /// Replicas are equal, so all ranks throw.
    func checkWeightsFinite() throws(Divergence) {
        let tensors =
            replica.network.parameters.map { ($0.name, replica.parameters.slice[$0.range]) }
            + replica.network.statistics.map { ($0.name, replica.runningStatistics.slice[$0.range]) }
        for (name, values) in tensors where !Elementwise.allFinite(values) {
            throw .weights(step: progress.step, tensor: name)
        }
    }

    /// Checks that the loss is finite; otherwise finds the first layer whose activations aren't.
    ///
    /// Collective: every rank must call this, in the same order.
    func checkFinite(_ gradient: TensorSlice, _ batch: TrainingBatch) throws {
        guard !gradient[replica.network.lossIndex].isFinite else { return }
        let position = runner.firstLayerNotFinite(in: batch, localShardCount: reducer.localShardCount)
        let first = try communicator.allGather(position ?? .max).min() ?? .max
        let names = replica.network.layerNames
        throw Divergence.loss(step: progress.step + 1, layer: first < names.count ? names[first] : nil)
    }
}
