import Checkpoints
import Foundation

/// A small checkpoint whose values depend on step and variant; its tensors are sorted by name, like loaded ones.
func makeSnapshot(step: Int, variant: Int = 0, metric: Double? = nil) -> CheckpointSnapshot {
    let base = Float(step * 16 + variant)
    return CheckpointSnapshot(
        step: step,
        epoch: step / 2,
        model: [
            NamedTensor(name: "0.bias", shape: [2], values: [base, base + 0.5]),
            NamedTensor(name: "0.weight", shape: [2, 3], values: (0..<6).map { base - Float($0) / 4 }),
        ],
        state: [NamedTensor(name: "momentum.0.bias", shape: [2], values: [-base, 0])],
        counters: ["samples": "\(step * 128)", "schedule": "cosine"],
        environment: ["blas": "SkylakeX"],
        metric: metric
    )
}

extension LoadedCheckpoint {
    /// Whether it has the content of the snapshot.
    func holds(_ snapshot: CheckpointSnapshot) -> Bool {
        guard let resumePoint else { return false }
        let manifest = resumePoint.manifest
        return model == snapshot.model && resumePoint.state == snapshot.state
            && resumePoint.counters == snapshot.counters && manifest.step == snapshot.step
            && manifest.epoch == snapshot.epoch && manifest.environment == snapshot.environment
            && manifest.metric == snapshot.metric
    }
}

extension [UInt8] {
    init(file path: String) throws { self = Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

    func write(file path: String) throws { try Data(self).write(to: URL(fileURLWithPath: path)) }
}
