/// What ends a run, besides the errors of the modules below.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
    /// The global batch can't give every rank a sample.
    case batchSmallerThanRanks(globalBatchSize: Int, worldSize: Int)
    /// A rank started with something else than rank 0.
    case ranksDiffer(what: String, rank: Int, host: String)
    /// The ranks' kernels get other bits.
    case numericsDiffer(String)
    /// The replicas are no longer the same.
    case replicaDiverged(rank: Int, host: String, tensor: String, step: Int)
    /// The loss is infinite or not a number.
    case lossNotFinite(step: Int, layer: String?, lastCheckpoint: String?)
    /// The test loss is infinite or not a number.
    case testLossNotFinite(step: Int, lastCheckpoint: String?)
    /// A weight or running statistic is infinite or not a number.
    case weightsNotFinite(step: Int, tensor: String, lastCheckpoint: String?)
    /// The checkpoint is of a run whose next steps would be other steps.
    case checkpointOfAnotherRun(path: String, key: String, found: String, expected: String)
    /// The trace can't be written.
    case unwritableTrace(path: String, reason: String)
    /// The machine has not enough memory.
    case memory(String)
    /// The run folder can't be used.
    case runFolder(path: String, reason: String)
    /// Another run writes to the folder.
    case runFolderInUse(path: String)

    /// What is wrong, where, and what to do about it.
    public var description: String {
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
        case .lossNotFinite(let step, let layer, let lastCheckpoint):
            "the loss of step \(step) is not finite"
                + (layer.map { "; the first activations that aren't are layer \($0)'s" } ?? "")
                + Self.remedy(lastCheckpoint)
        case .testLossNotFinite(let step, let lastCheckpoint):
            "the test loss after step \(step) is not finite" + Self.remedy(lastCheckpoint)
        case .weightsNotFinite(let step, let tensor, let lastCheckpoint):
            "\(tensor) is not finite after step \(step)" + Self.remedy(lastCheckpoint)
        case .checkpointOfAnotherRun(let path, let key, let found, let expected):
            "\(path): its run had \(key) \(found), this one has \(expected): "
                + "use the same value, or start afresh with --resume never"
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

    private static func remedy(_ lastCheckpoint: String?) -> String {
        "; lower optimizer.learningRate or set optimizer.clipNorm"
            + (lastCheckpoint.map { " and resume from \($0) or an earlier checkpoint" } ?? "")
    }

    /// The same error with the checkpoint that is left, where one helps.
    func naming(lastCheckpoint: String?) -> TrainingError {
        switch self {
        case .lossNotFinite(let step, let layer, _):
            .lossNotFinite(step: step, layer: layer, lastCheckpoint: lastCheckpoint)
        case .testLossNotFinite(let step, _): .testLossNotFinite(step: step, lastCheckpoint: lastCheckpoint)
        case .weightsNotFinite(let step, let tensor, _):
            .weightsNotFinite(step: step, tensor: tensor, lastCheckpoint: lastCheckpoint)
        default: self
        }
    }
}
