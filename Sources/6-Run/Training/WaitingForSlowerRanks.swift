/// The part of rank 0's waiting that it spent because other ranks compute longer; the rest is communication.
package struct WaitingForSlowerRanks {
    /// The sum over all steps but the last.
    package private(set) var seconds = 0.0
    /// The whole wait of the last step, whose times of the ranks come with the next one.
    private var lastWaitSeconds = 0.0

    package init() {}

    /// Adds a step.
    mutating func add(_ result: StepResult) {
        add(waitSeconds: result.waitSeconds, previousSecondsByRank: result.secondsByRank)
    }

    /// Adds a step.
    ///
    /// - Parameters:
    ///   - waitSeconds: The wait of rank 0 in this step.
    ///   - previousSecondsByRank: The computing times of the ranks in the previous step.
    package mutating func add(waitSeconds: Double, previousSecondsByRank: [Double]) {
        let behind = (previousSecondsByRank.max() ?? 0) - (previousSecondsByRank.first ?? 0)
        seconds += min(behind, lastWaitSeconds)
        lastWaitSeconds = waitSeconds
    }
}
