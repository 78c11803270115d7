import Checkpoints
import Foundation
import ModelCheckpoints

/// The weights with which a run began, as its checkpoints and records name them.
struct WeightOrigin: Equatable {
    /// Their absolute path.
    let path: String
    /// The SHA-256 of the file of weights, in hexadecimal.
    let weightsSHA256: String

    private static let pathKey = "initialized_from"
    private static let digestKey = "initialized_from_sha256"

    /// Loads the weights and running statistics that `source` names.
    ///
    /// For rank 0.
    ///
    /// - Parameters:
    ///   - source: The weights.
    ///   - contents: Receives them; tensors that don't fit keep the seed's values.
    ///   - notice: Called with what the user should know.
    /// - Throws: `CheckpointError`.
    init(
        taking source: WeightSource,
        into contents: CheckpointContents,
        notice: (String) -> Void
    ) throws(CheckpointError) {
        let loaded = try CheckpointStore.load(source.path) { notice("checkpoint \($0) is passed over: \($1)") }
        let misfits = try contents.takeModel(from: loaded, allowsMissing: source.allowsMissing)
        path = Self.absolute(source.path)
        weightsSHA256 = loaded.weightsSHA256
        if !misfits.isEmpty {
            notice(
                "not all weights of \(loaded.path) fit the network; what doesn't begins anew: "
                    + misfits.map(\.description).joined(separator: "; ")
            )
        }
    }

    /// Reads a checkpoint's counters; nil if the seed made the first weights of its run.
    init?(counters: [String: String]) {
        guard let path = counters[Self.pathKey], let digest = counters[Self.digestKey] else { return nil }
        self.path = path
        weightsSHA256 = digest
    }

    /// The texts that checkpoints save.
    var counters: [String: String] { [Self.pathKey: path, Self.digestKey: weightsSHA256] }

    /// The path and the beginning of the digest, for messages.
    var text: String { "\(path), SHA-256 \(weightsSHA256.prefix(12))…" }

    /// Whether these are the weights that `source` names.
    func isNamed(by source: WeightSource) -> Bool { path == Self.absolute(source.path) }

    private static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
}
