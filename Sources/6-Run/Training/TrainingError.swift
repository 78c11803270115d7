package import ConfigurationFiles

/// Errors that end a run, besides those of the modules below.
package enum TrainingError: Error, Equatable, CustomStringConvertible {
    /// The global batch has fewer samples than there are ranks.
    case batchSmallerThanRanks(globalBatchSize: Int, worldSize: Int)
    /// A rank started with something different from rank 0.
    case ranksDiffer(what: String, rank: Int, host: String)
    /// The ranks' kernels give different bits.
    case numericsDiffer(String)
    /// One rank's replica differs from that of the majority.
    case replicaDiverged(rank: Int, host: String, tensor: String, step: Int)
    /// The replicas differ, and there is no majority.
    case replicasDisagree(ranks: [String], tensor: String, step: Int)
    /// Ranks computed different digests of equal replicas.
    case comparisonFailed(ranks: [String], step: Int)
    /// Training diverged.
    ///
    /// `lastCheckpoint` is the newest from before, if there is one.
    case diverged(Divergence, lastCheckpoint: String?)
    /// The checkpoint belongs to a run whose next steps would be different.
    case checkpointOfAnotherRun(path: String, key: String, found: String, expected: String)
    /// The checkpoint's run began with other weights than `--initialize-from` names; `found` is nil if the seed made them.
    case checkpointOfOtherWeights(path: String, found: String?, expected: String)
    /// With this number of epochs, steps up to the checkpoint would have been others; `step` is the first of them, from 1.
    case otherStepsBefore(path: String, step: Int, formerEpochs: String, epochs: String)
    /// The checkpoint's step is after the last configured epoch.
    case checkpointPastEnd(path: String, step: Int, finalStep: Int)
    /// No step is left to train, and the previous ones were made with other settings.
    case finishedWithOtherSettings(path: String, differences: [Configuration.Difference])
    /// `--resume never` would replace a finished run with other settings.
    case wouldReplaceFinishedRun(path: String, differences: [Configuration.Difference])
    /// The trace can't be written.
    case unwritableTrace(path: String, reason: String)
    /// The machine doesn't have enough memory.
    case memory(String)
    /// The run folder can't be used.
    case runFolder(path: String, reason: String)
    /// Another run writes to the folder.
    case runFolderInUse(path: String)

    /// What is wrong, where, and what to do.
    package var description: String {
        switch self {
        case .batchSmallerThanRanks(let globalBatchSize, let worldSize):
            "training.globalBatchSize is \(globalBatchSize), and there are \(worldSize) ranks: "
                + "raise it or start fewer ranks"
        case .ranksDiffer(let what, let rank, let host):
            "rank \(rank) on \(host) has another \(what) than rank 0: start all ranks with the same files and options"
        case .numericsDiffer(let reason):
            reason
        case .replicaDiverged(let rank, let host, let tensor, let step):
            "rank \(rank) on \(host) has other bits than the majority in \(tensor) after step \(step): "
                + "its memory or processor is at fault; resume from the last checkpoint without that host"
        case .replicasDisagree(let ranks, let tensor, let step):
            "\(ranks.joined(separator: " and ")) have different bits in \(tensor) after step \(step), and no majority tells "
                + "whose are right: a memory or processor is at fault; resume from the last checkpoint on other hosts"
        case .comparisonFailed(let ranks, let step):
            "\(ranks.joined(separator: " and ")) computed a digest of the weights after step \(step) that "
                + "differs, though all tensors are the same: a memory or processor is at fault; resume from the last "
                + "checkpoint on other hosts"
        case .diverged(let divergence, let lastCheckpoint):
            divergence.description
                + (lastCheckpoint.map { " and resume from \($0) or an earlier checkpoint" } ?? "")
        case .checkpointOfAnotherRun(let path, let key, let found, let expected):
            "\(path): its run had \(key) \(found), this one has \(expected): "
                + "use the same value, or start afresh with --resume never"
        case .checkpointOfOtherWeights(let path, let found, let expected):
            "\(path): its run began with \(found.map { "the weights of \($0)" } ?? "random weights"), not with those of "
                + "\(expected): leave out --initialize-from to go on with it, use another --run-dir, or start afresh with "
                + "--resume replace"
        case .otherStepsBefore(let path, let step, let formerEpochs, let epochs):
            "\(path): training.epochs was \(formerEpochs), now \(epochs), over which schedule or averaging stretch: a run "
                + "of \(epochs) epochs is another from step \(step) on, so it can't go on from here; train it "
                + "anew with --resume replace or in another --run-dir, begin a new schedule with these weights by "
                + "--initialize-from in another --run-dir, or go on all the same with --resume \(path)"
        case .checkpointPastEnd(let path, let step, let finalStep):
            "\(path): the checkpoint is of step \(step), and training.epochs ends with step \(finalStep): "
                + "raise training.epochs, or resume from an earlier checkpoint"
        case .finishedWithOtherSettings(let path, let differences):
            "\(path): training is over, and was done with other settings: \(differences.text); nothing is left to train: "
                + "use another --run-dir, or train anew with --resume replace"
        case .wouldReplaceFinishedRun(let path, let differences):
            "\(path): holds a finished run with other settings: \(differences.text): "
                + "use another --run-dir, or replace that run with --resume replace"
        case .unwritableTrace(let path, let reason):
            "\(path): the trace can't be written: \(reason)"
        case .memory(let reason):
            reason
        case .runFolder(let path, let reason):
            "\(path): \(reason)"
        case .runFolderInUse(let path):
            "\(path): another run writes to this folder: wait for its end, or use another --run-dir"
        }
    }

    /// Whether all ranks throw it in the same call, so that they can still communicate.
    var isSharedByAllRanks: Bool {
        switch self {
        case .replicaDiverged, .replicasDisagree, .comparisonFailed: true
        default: false
        }
    }
}
