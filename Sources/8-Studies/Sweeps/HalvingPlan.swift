/// Successive halving (Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter
/// optimization", 2016), with the defaults of Ray's ASHA: trials are trained up to a rung, the best of them on to the
/// next.
///
/// Unlike ASHA, a rung waits for all its trials: so which ones go on depends neither on how many run at once nor on
/// kills.
package struct HalvingPlan: Sendable, Equatable {
    /// A rung: so many trials are trained up to so many epochs.
    package struct Rung: Sendable, Equatable {
        /// How many trials reach it.
        package let trialCount: Int
        /// Up to which epoch they are trained.
        package let epochs: Int

        package init(trialCount: Int, epochs: Int) {
            self.trialCount = trialCount
            self.epochs = epochs
        }
    }

    /// The rungs, lowest first.
    package let rungs: [Rung]

    /// Plans the rungs.
    ///
    /// - Parameters:
    ///   - trialCount: Trials on the lowest rung, at least 1.
    ///   - maximumEpochs: The highest rung.
    ///   - graceEpochs: The lowest rung, at most the highest.
    ///   - reductionFactor: How many times fewer trials, and more epochs, each next rung has; at least 2.
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
