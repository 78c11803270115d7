/// The checkpoints of one run, each a folder that exists completely or not at all.
///
///     checkpoints/step-00000200/model.safetensors   the weights; their SHA-256 names the run's result
///                               state.safetensors   optimizer slots and counters
///                               manifest.json       step, epoch, environment, length and SHA-256 of both files
///     checkpoints/latest                            the name of the checkpoint that was written last
///     checkpoints/best                              the name of the one with the greatest metric, the first of equals
///
/// Names that begin with a dot are temporary: `.tmp-` is being written, `.trash-` is being removed, and `.replaced-` is
/// the old checkpoint of a step that is being written again; the last one is complete, and read if there is nothing
/// newer. `.writer-` records a process that began to write: see Note [Fencing].
package struct CheckpointStore: Sendable {
    /// The name of the folder of checkpoints in a run's folder.
    package static let folderName = "checkpoints"
    static let latestName = "latest"
    static let bestName = "best"
    static let folderPrefix = "step-"
    static let temporaryPrefix = ".tmp-"
    static let trashPrefix = ".trash-"
    static let replacedPrefix = ".replaced-"
    static let writerPrefix = ".writer-"

    /// The folder of all checkpoints.
    package let directory: String
    /// How many of the newest checkpoints are kept.
    package let keepLast: Int
    /// How many of those with the highest metric are kept in addition.
    package let keepBest: Int
    let fileSystem: any FileSystem
    /// The number of this process among all that have written here, from 1; 0 for a store with a single writer.
    var writer = 0

    /// Describes a store, without using the disk.
    ///
    /// - Parameters:
    ///   - directory: The folder of all checkpoints, which the first write creates in an existing folder.
    ///   - fileSystem: The file system; the machine's own by default.
    ///   - keepLast: How many of the newest checkpoints are kept, at least 1 (default 3).
    ///   - keepBest: How many of those with the highest metric are kept in addition (default 1).
    package init(
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
    package static func folderName(step: Int) -> String {
        let digits = String(step)
        return folderPrefix + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }

    /// The step in a folder's name; nil for other names.
    static func step(ofFolder name: String) -> Int? {
        guard name.hasPrefix(folderPrefix), let step = Int(name.dropFirst(folderPrefix.count)), step >= 0,
            folderName(step: step) == name
        else { return nil }
        return step
    }

    func path(_ name: String) -> String { "\(directory)/\(name)" }
}

/// The result of a write.
package struct WrittenCheckpoint: Equatable, Sendable {
    /// The checkpoint's folder, without its path.
    package let folder: String
    /// Optimizer steps done.
    package let step: Int
    /// The SHA-256 of `model.safetensors`.
    package let weightsSHA256: String
    /// Why an older checkpoint could not be removed; nil if there was no failure.
    ///
    /// The new one is complete in either case.
    package let removalFailure: CheckpointError?
}
