import Synchronization

/// What mpirun says between lines of hyphens: held back until its end, and passed on where it is news.
///
/// Of a rank's end mpirun says in ten lines what `FailureLine` says in one, and it says so too where a rank stopped as it
/// was asked to, with an exit code other than 0.
package final class MPIRunChatter: Sendable {
    /// Lines of the block that isn't over yet, the first line of hyphens with them.
    private let block = Mutex<[String]>([])
    /// No block that mpirun writes is longer.
    private static let longestBlock = 100

    package init() {}

    /// Takes in a line.
    ///
    /// - Parameter line: A line of standard error.
    /// - Returns: The lines to be shown now.
    package func take(_ line: String) -> [String] {
        // Ranks speak in between.
        if line.hasPrefix("swift-dp-train") { return [line] }
        let isEdge = line.count > 40 && line.allSatisfy { $0 == "-" }
        return block.withLock { block in
            if block.isEmpty, !isEdge { return Self.isRepetition(line) ? [] : [line] }
            block.append(line)
            return block.count > 1 && isEdge || block.count == Self.longestBlock ? Self.end(&block) : []
        }
    }

    /// Ends a block that mpirun left unfinished.
    ///
    /// - Returns: The lines to be shown now.
    package func finish() -> [String] { block.withLock { Self.end(&$0) } }

    private static func end(_ block: inout [String]) -> [String] {
        defer { block = [] }
        let text = block.joined(separator: " ")
        return endsOfRanks.contains(where: text.contains) ? [] : block
    }

    /// What the blocks hold that say no more than how a rank ended.
    private static let endsOfRanks = [
        "job  terminated normally, but", "one or more processes exited with non-zero status",
        "mpirun noticed that process rank", "MPI_ABORT was invoked on rank",
    ]

    /// Whether a line counts the blocks that were the same as one before.
    private static func isRepetition(_ line: String) -> Bool {
        line.contains(/more process(es)? ha(s|ve) sent help message/)
            || line.contains("Set MCA parameter \"orte_base_help_aggregate\"")
    }
}
