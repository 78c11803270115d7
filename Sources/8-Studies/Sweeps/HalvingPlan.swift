/// Successive halving (Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter
/// optimization", 2016), with the defaults of Ray's ASHA: all trials are trained up to a rung, and the best of them on
/// to the next rung.
///
/// Unlike in ASHA, a rung waits for all its trials, so the choice of trials doesn't depend on how many run at once, or
/// on kills.
package struct HalvingPlan: Sendable, Equatable {
    /// A rung: a number of trials that are trained up to an epoch.
    package struct Rung: Sendable, Equatable {
        /// The number of trials.
        package let trialCount: Int
        /// The epoch up to which they are trained.
        package let epochs: Int

        package init(trialCount: Int, epochs: Int) {
            self.trialCount = trialCount
            self.epochs = epochs
        }
    }

    /// The rungs, lowest first.
    package let rungs: [Rung]

    /// Computes the rungs.
    ///
    /// - Parameters:
    ///   - trialCount: The number of trials on the lowest rung, at least 1.
    ///   - maximumEpochs: The epochs of the highest rung.
    ///   - graceEpochs: The epochs of the lowest rung, at most those of the highest.
    ///   - reductionFactor: The factor of decrease in trials, and of increase in epochs, from rung to rung; at least 2.
    package init(trialCount: Int, maximumEpochs: Int, graceEpochs: Int, reductionFactor: Int) {
        precondition(trialCount >= 1 && (1...maximumEpochs).contains(graceEpochs) && reductionFactor >= 2)
        var rungs = [Rung(trialCount: trialCount, epochs: graceEpochs)]
        while let last = rungs.last, last.epochs < maximumEpochs {
            let epochs = last.epochs.multipliedReportingOverflow(by: reductionFactor)
            rungs.append(
                Rung(
                    trialCount: max(1, last.trialCount / reductionFactor),
                    epochs: epochs.overflow ? maximumEpochs : min(epochs.partialValue, maximumEpochs)
                )
            )
        }
        self.rungs = rungs
    }
}
