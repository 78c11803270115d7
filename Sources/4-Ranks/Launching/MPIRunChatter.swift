import Synchronization

/// Filters the messages that mpirun prints between lines of hyphens: holds each one back until its end, and drops those
/// without news.
///
/// When a rank ends, mpirun prints in ten lines what `FailureLine` prints in one, and also when a rank stopped as it
/// was asked to, with an exit code other than 0.
package final class MPIRunChatter: Sendable {
    /// The lines of the incomplete block, starting with the line of hyphens.
    private let block = Mutex<[String]>([])
    /// More lines than any block that mpirun prints.
    private static let longestBlock = 100

    package init() {}

    /// Adds a line.
    ///
    /// - Parameter line: A line of standard error.
    /// - Returns: The lines to be shown now.
    package func take(_ line: String) -> [String] {
        // Output of ranks can come in between.
        if line.hasPrefix("swift-dp-train") { return [line] }
        let isEdge = line.count > 40 && line.allSatisfy { $0 == "-" }
        return block.withLock { block in
            if block.isEmpty, !isEdge { return Self.isRepetition(line) ? [] : [line] }
            block.append(line)
            return block.count > 1 && isEdge || block.count == Self.longestBlock ? Self.end(&block) : []
        }
    }

    /// Ends a block that mpirun left incomplete.
    ///
    /// - Returns: The lines to be shown now.
    package func finish() -> [String] { block.withLock { Self.end(&$0) } }

    private static func end(_ block: inout [String]) -> [String] {
        defer { block = [] }
        let text = block.joined(separator: " ")
        return endsOfRanks.contains(where: text.contains) ? [] : block
    }

    /// Texts of blocks that only say how a rank ended.
    private static let endsOfRanks = [
        "job  terminated normally, but", "one or more processes exited with non-zero status",
        "mpirun noticed that process rank", "MPI_ABORT was invoked on rank",
    ]

    /// Whether a line counts repetitions of an earlier block.
    private static func isRepetition(_ line: String) -> Bool {
        line.contains(/more process(es)? ha(s|ve) sent help message/)
            || line.contains("Set MCA parameter \"orte_base_help_aggregate\"")
    }
}
