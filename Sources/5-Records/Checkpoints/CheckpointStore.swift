/// The checkpoints of one run, each a folder that is there whole or not at all.
///
///     checkpoints/step-00000200/model.safetensors   the weights; their SHA-256 names the run's result
///                               state.safetensors   optimizer slots and counters
///                               manifest.json       step, epoch, environment, length and SHA-256 of both files
///     checkpoints/latest                            the name of the checkpoint that was written last
///
/// Names that begin with a dot are work in hand: `.tmp-` is being written, `.trash-` is being removed, and `.replaced-`
/// is the old checkpoint of a step that is being written again; the last is whole, and read if nothing newer is.
/// `.writer-` notes a process that began to write: see Note [Fencing].
public struct CheckpointStore: Sendable {
    static let latestName = "latest"
    static let folderPrefix = "step-"
    static let temporaryPrefix = ".tmp-"
    static let trashPrefix = ".trash-"
    static let replacedPrefix = ".replaced-"
    static let writerPrefix = ".writer-"

    /// The folder of all checkpoints.
    public let directory: String
    /// How many of the newest are kept.
    public let keepLast: Int
    /// How many of those with the greatest metric are kept besides.
    public let keepBest: Int
    let fileSystem: any FileSystem
    /// The number of this process among those that have written here, from 1; 0 for a store nobody else writes to.
    var writer = 0

    /// Describes a store; touches no disk.
    ///
    /// - Parameters:
    ///   - directory: The folder of all checkpoints, created by the first write inside an existing folder.
    ///   - fileSystem: How to reach the disk; the machine's own by default.
    ///   - keepLast: How many of the newest are kept, at least 1 (default 3).
    ///   - keepBest: How many of those with the greatest metric are kept besides (default 1).
    public init(
        directory: String,
        fileSystem: any FileSystem = POSIXFileSystem(),
        keepLast: Int = 3,
        keepBest: Int = 1
    ) {
        precondition(keepLast >= 1, "CheckpointStore: keepLast \(keepLast) found, 1 or more needed")
        precondition(keepBest >= 0, "CheckpointStore: keepBest \(keepBest) found, 0 or more needed")
        self.directory = directory
        self.fileSystem = fileSystem
        self.keepLast = keepLast
        self.keepBest = keepBest
    }

    /// The name of a step's folder: `step-00000200`.
    ///
    /// - Parameter step: Optimizer steps done.
    /// - Returns: The name, with at least eight digits.
    public static func folderName(step: Int) -> String {
        let digits = String(step)
        return folderPrefix + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }

    /// The step that a folder's name tells, nil for other names.
    static func step(ofFolder name: String) -> Int? {
        guard name.hasPrefix(folderPrefix), let step = Int(name.dropFirst(folderPrefix.count)), step >= 0,
            folderName(step: step) == name
        else { return nil }
        return step
    }

    func path(_ name: String) -> String { "\(directory)/\(name)" }
}

/// What became of a write.
public struct WrittenCheckpoint: Equatable, Sendable {
    /// The checkpoint's folder, without its path.
    public let folder: String
    /// Optimizer steps done.
    public let step: Int
    /// The SHA-256 of `model.safetensors`.
    public let weightsSHA256: String
    /// Why an older checkpoint could not be removed, if so; the new one is safe all the same.
    public let removalFailure: CheckpointError?
}
