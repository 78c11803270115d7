/// What the output of mpirun and the ranks says about a failure.
struct FailureClues: Equatable {
    /// The rank that failed first.
    private(set) var rank: Int?
    /// The host it ran on.
    private(set) var host: String?
    /// The signal that ended it.
    private(set) var signal: String?
    /// Its exit code.
    private(set) var exitCode: Int?
    /// Its own error message.
    private(set) var message: String?
    /// Ranks that didn't answer at the deadline, with their hosts.
    private(set) var missing: String?

    /// Whether there are no clues yet.
    var isEmpty: Bool { self == FailureClues() }

    /// Searches a line of output for clues.
    ///
    /// The first answer to each question is kept: later ones are consequences.
    ///
    /// - Parameter line: A line of standard error.
    mutating func take(_ line: String) {
        if let match = line.firstMatch(of: /swift-dp-train: rank (\d+): (.*)/) {
            guard message == nil else { return }
            message = String(match.2)
            if rank == nil { rank = Int(match.1) }
            if let blame = message?.firstMatch(of: /no answer from (.*)/) { missing = String(blame.1) }
        } else if let match = line.firstMatch(
            of: /process rank (\d+) with PID \d+ on node (\S+) exited on signal (\d+ \([^)]*\)|\d+)/
        ) {
            guard signal == nil else { return }
            (rank, host, signal) = (Int(match.1), String(match.2), String(match.3))
        } else if let match = line.firstMatch(of: /Process name: \[\[\d+,\d+\],(\d+)\]/) {
            if rank == nil { rank = Int(match.1) }
        } else if let match = line.firstMatch(of: /Exit code: +(\d+)/) {
            if exitCode == nil { exitCode = Int(match.1) }
        } else if let match = line.firstMatch(of: /MPI_ABORT was invoked on rank (\d+)/) {
            if rank == nil { rank = Int(match.1) }
        } else if let match = line.firstMatch(of: /Remote daemon: +\S+ on node (\S+)/) {
            if host == nil { host = String(match.1) }
        }
    }
}
