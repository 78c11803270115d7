import Formatting

/// What the time of a run went to, as fractions of it: of rank 0, from the first step to the end, since its last start.
package struct TimeShares: Codable, Equatable, Sendable {
    /// Computing gradients and updating weights.
    package var compute: Double
    /// Reading and augmenting samples, as far as the computation waited for it.
    package var data: Double
    /// Communication that the computation didn't hide.
    package var exposedCommunication: Double
    /// Waiting for ranks that compute longer.
    package var waitingForSlowerRanks: Double
    /// Evaluation on the test or validation images.
    package var evaluation: Double
    /// Copying checkpoints, and waiting until they are written.
    package var checkpoints: Double
    /// The rest, such as writing records.
    package var other: Double

    /// Fractions of the sum of these seconds; zeros if the sum is 0.
    package init(
        computeSeconds: Double,
        dataSeconds: Double,
        exposedCommunicationSeconds: Double,
        waitingForSlowerRanksSeconds: Double,
        evaluationSeconds: Double,
        checkpointSeconds: Double,
        otherSeconds: Double
    ) {
        let seconds = [
            computeSeconds, dataSeconds, exposedCommunicationSeconds, waitingForSlowerRanksSeconds, evaluationSeconds,
            checkpointSeconds, otherSeconds,
        ]
        let total = max(seconds.reduce(0, +), .leastNormalMagnitude)
        compute = computeSeconds / total
        data = dataSeconds / total
        exposedCommunication = exposedCommunicationSeconds / total
        waitingForSlowerRanks = waitingForSlowerRanksSeconds / total
        evaluation = evaluationSeconds / total
        checkpoints = checkpointSeconds / total
        other = otherSeconds / total
    }

    /// For example `time: compute 91 %, data 2 %, exposed communication 1 %, waiting for slower ranks 4 %, …`.
    ///
    /// - Parameter worldSize: The number of ranks; one alone doesn't communicate.
    /// - Returns: The line.
    func line(worldSize: Int) -> String {
        let ofRanks = [
            ("exposed communication", exposedCommunication), ("waiting for slower ranks", waitingForSlowerRanks),
        ]
        let parts =
            [("compute", compute), ("data", data)] + (worldSize > 1 ? ofRanks : [])
            + [("evaluation", evaluation), ("checkpoints", checkpoints), ("other", other)]
        return "time: " + parts.map { "\($0) \(Format.fixed($1 * 100, digits: 0)) %" }.joined(separator: ", ")
    }
}
