import Metrics

/// The events of a run's metrics.jsonl, by kind.
struct RunLog {
    private(set) var steps: [StepRecord] = []
    private(set) var epochs: [EpochRecord] = []
    private(set) var checkpoints: [CheckpointRecord] = []
    private(set) var warnings: [String] = []

    init(_ folder: String) throws {
        for event in try MetricsLog.events(path: "\(folder)/metrics.jsonl") {
            switch event {
            case .step(let record): steps.append(record)
            case .epoch(let record): epochs.append(record)
            case .checkpoint(let record): checkpoints.append(record)
            case .warning(let record): warnings.append(record.message)
            case .start, .slowRank, .stop: break
            }
        }
    }
}
