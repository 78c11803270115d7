/// What mpirun and the ranks say of a failure: whose it was, and of what kind.
struct FailureClues: Equatable {
    /// The rank that failed first.
    private(set) var rank: Int?
    /// The host it ran on.
    private(set) var host: String?
    /// The signal that ended it.
    private(set) var signal: String?
    /// What it exited with.
    private(set) var exitCode: Int?
    /// What it said itself.
    private(set) var message: String?
    /// Ranks that did not answer at the deadline, with their hosts.
    private(set) var missing: String?

    /// Whether anything was said yet.
    var isEmpty: Bool { self == FailureClues() }

    /// Takes in a line of the output.
    ///
    /// The first word on each question stands: what follows are consequences.
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
