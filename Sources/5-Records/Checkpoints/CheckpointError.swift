/// Why a checkpoint could not be written or read.
package enum CheckpointError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A call of the operating system failed: disk full, folder not writable, device error.
    case fileSystem(FileSystemError)
    /// There is no checkpoint under this path.
    case notACheckpoint(path: String, reason: String)
    /// A checkpoint folder lacks one of its files.
    case missingFile(path: String)
    /// A file is shorter or longer than its manifest says.
    case wrongByteCount(path: String, expected: Int, found: Int)
    /// A file's SHA-256 is not the one in its manifest.
    case wrongDigest(path: String, expected: String, found: String)
    /// A file violates its format.
    case malformed(path: String, problem: String)
    /// There are checkpoints, but none of them is complete.
    case noneUsable(path: String, reasons: [String])
    /// Another process has taken over the run, and continues from an earlier step than the checkpoint's.
    case superseded(path: String, writer: Int)
    /// The path contains weights only, but training needs the complete state.
    case weightsOnly(path: String)
    /// A tensor of the network is missing in the checkpoint.
    case missingTensor(path: String, expected: TensorDescription)
    /// The checkpoint contains a tensor that the network doesn't have.
    case unexpectedTensor(path: String, found: TensorDescription)
    /// A tensor has another shape in the checkpoint than in the network.
    case wrongShape(path: String, expected: TensorDescription, found: TensorDescription)
    /// Some of the weights with which a network was to begin don't fit it; `fittingCount` tensors do.
    case weightsDoNotFit(path: String, fittingCount: Int, misfits: [TensorMisfit])

    /// What is wrong, where, and what to do.
    package var description: String {
        switch self {
        case .fileSystem(let error):
            error.description
        case .notACheckpoint(let path, let reason):
            "\(path): not a checkpoint: \(reason); give a run folder, a step-NNNNNNNN folder or a .safetensors file"
        case .missingFile(let path):
            "\(path): missing; the checkpoint is incomplete, use another"
        case .wrongByteCount(let path, let expected, let found):
            "\(path): \(expected) bytes expected, \(found) found; the file is damaged, use another checkpoint"
        case .wrongDigest(let path, let expected, let found):
            "\(path): SHA-256 \(expected) expected, \(found) found; the file is damaged, use another checkpoint"
        case .malformed(let path, let problem):
            "\(path): \(problem)"
        case .noneUsable(let path, let reasons):
            "\(path): none of \(reasons.count) checkpoints is whole; move the folder away to start afresh: "
                + reasons.joined(separator: "; ")
        case .superseded(let path, let writer):
            "\(path): another process (writer \(writer)) has taken this run over meanwhile: what this one makes is left out; "
                + "let that one go on"
        case .weightsOnly(let path):
            "\(path): weights alone can be evaluated, but not resumed from; give a checkpoint folder"
        case .missingTensor(let path, let expected):
            "\(path): tensor \(expected) expected, not found; the checkpoint is of another network"
        case .unexpectedTensor(let path, let found):
            "\(path): tensor \(found) found, not expected; the checkpoint is of another network"
        case .wrongShape(let path, let expected, let found):
            "\(path): tensor \(expected.name): shape \(expected.shape) expected, \(found.shape) found; "
                + "the checkpoint is of another network"
        case .weightsDoNotFit(let path, let fittingCount, let misfits):
            "\(path): not all of these weights fit the network: "
                + misfits.map(\.description).joined(separator: "; ")
                + (fittingCount > 0
                    ? "; --allow-missing leaves these out" : "; none fits: these are weights of another network")
        }
    }

    /// Runs calls of the file system and converts their errors.
    static func catching<Value>(_ body: () throws(FileSystemError) -> Value) throws(CheckpointError) -> Value {
        do {
            return try body()
        } catch {
            throw .fileSystem(error)
        }
    }
}
