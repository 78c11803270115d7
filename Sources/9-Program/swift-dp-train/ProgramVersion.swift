import Numerics
import Training

/// What `--version` prints.
enum ProgramVersion {
    /// The version, and where it was asked for, how this machine computes.
    static var text: String {
        let version = "swift-dp-train \(RunEnvironment.version)"
        // Measuring takes some milliseconds.
        guard CommandLine.arguments.dropFirst() == ["--version"] else { return version }
        return "\(version)\nnumerics \(NumericsFingerprint.current.text) (\(KernelChoice.current.description))"
    }
}
