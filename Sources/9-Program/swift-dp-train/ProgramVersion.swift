import Numerics
import Training

/// What `--version` prints.
enum ProgramVersion {
    /// The version and, for `--version` itself, the fingerprint of this machine's arithmetic.
    static var text: String {
        let version = "swift-dp-train \(RunEnvironment.version)"
        // Measuring takes a few milliseconds.
        guard CommandLine.arguments.dropFirst() == ["--version"] else { return version }
        return "\(version)\nnumerics \(NumericsFingerprint.current.text) (\(KernelChoice.current.description))"
    }
}
