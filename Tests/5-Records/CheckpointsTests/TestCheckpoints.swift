import Checkpoints
import Foundation

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
        bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
        return bits ^ (bits >> 31)
    }
}

/// A small checkpoint whose values follow from step and variant; its tensors are sorted by name, as they are loaded.
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
    /// Whether it holds all that the snapshot does.
    func holds(_ snapshot: CheckpointSnapshot) -> Bool {
        guard let resumePoint else { return false }
        let manifest = resumePoint.manifest
        return model == snapshot.model && resumePoint.state == snapshot.state
            && resumePoint.counters == snapshot.counters && manifest.step == snapshot.step
            && manifest.epoch == snapshot.epoch && manifest.environment == snapshot.environment
            && manifest.metric == snapshot.metric
    }
}

/// Runs the body with a folder of its own, which is removed afterwards.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("checkpoints-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.path)
}

extension [UInt8] {
    init(file path: String) throws { self = Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

    func write(file path: String) throws { try Data(self).write(to: URL(fileURLWithPath: path)) }
}
