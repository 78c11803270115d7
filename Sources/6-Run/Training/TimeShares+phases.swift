package import Metrics
package import Tracing

extension TimeShares {
    /// The shares of a run's phases.
    ///
    /// - Parameters:
    ///   - times: The times of rank 0.
    ///   - waitingForSlowerRanksSeconds: The part of its waiting that isn't communication.
    package init(_ times: PhaseTimes, waitingForSlowerRanksSeconds: Double) {
        self.init(
            computeSeconds: times.seconds(
                in: .step,
                .comparingReplicas,
                .packingWeights,
                .computing,
                .waitingForThreads,
                .updating
            ),
            dataSeconds: times.seconds(in: .data),
            exposedCommunicationSeconds: times.seconds(in: .reducing, .waitingForRanks) - waitingForSlowerRanksSeconds,
            waitingForSlowerRanksSeconds: waitingForSlowerRanksSeconds,
            evaluationSeconds: times.seconds(in: .evaluating),
            checkpointSeconds: times.seconds(in: .checkpointing),
            otherSeconds: times.seconds(in: .training, .finishing)
        )
    }
}
