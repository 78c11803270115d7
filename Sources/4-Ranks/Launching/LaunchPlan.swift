/// What is to be started, and how often.
package struct LaunchPlan: Equatable, Sendable {
    /// How many ranks a run has where all hosts are there.
    package let rankCount: Int
    /// How many ranks it may go on with.
    package let minimumRankCount: Int
    /// How often it is started again without having got further in between.
    package let maximumRestarts: Int
    /// The machines; empty for this one alone, or for those that a batch system has given.
    package let hosts: [Host]
    /// The program's arguments.
    package let arguments: [String]
    /// What a user is told who has stopped a run in a way that left no time for a checkpoint; nil for nothing.
    package let stopAdvice: String?

    /// Plans a run.
    ///
    /// - Parameters:
    ///   - rankCount: How many ranks a run has where all hosts are there.
    ///   - minimumRankCount: How many ranks it may go on with.
    ///   - maximumRestarts: How often it is started again without having got further in between.
    ///   - hosts: The machines; empty for this one alone, or for those that a batch system has given.
    ///   - arguments: The arguments of `swift-dp-train`.
    ///   - stopAdvice: What a user is told whose way of stopping left no time for a checkpoint.
    package init(
        rankCount: Int,
        minimumRankCount: Int,
        maximumRestarts: Int,
        hosts: [Host],
        arguments: [String],
        stopAdvice: String? = nil
    ) {
        self.rankCount = rankCount
        self.minimumRankCount = minimumRankCount
        self.maximumRestarts = maximumRestarts
        self.hosts = hosts
        self.arguments = arguments
        self.stopAdvice = stopAdvice
    }

    /// How many ranks there are where nobody says it: one for each core, but no more than the virtual shards of a run
    /// whose configuration doesn't say otherwise either.
    ///
    /// - Parameters:
    ///   - hosts: The machines; empty for this one alone, or for those that a batch system has given.
    ///   - allocation: What the batch system has given.
    ///   - coreCount: The cores of each machine.
    /// - Returns: The number, 1 or more.
    package static func rankCount(hosts: [Host], allocation: BatchAllocation?, coreCount: Int) -> Int {
        if hosts.isEmpty, let count = allocation?.taskCount { return count }
        var count =
            hosts.isEmpty
            ? (allocation?.nodeCount ?? 1) * coreCount : hosts.reduce(0) { $0 + min($1.slots ?? coreCount, coreCount) }
        while count > 8 { count /= 2 }
        return max(1, count)
    }

    /// Why another start would not go on where the one before ended; nil where it would.
    var obstacleToRestart: String? {
        if let command = arguments.first, command != "train", !command.hasPrefix("-") {
            return "'\(command)' is no training"
        }
        guard let path = resume, !["auto", "never", "replace"].contains(path) else { return nil }
        return "--resume \(path) would begin there again, --resume auto goes on from the newest checkpoint"
    }

    /// The value of `--resume`; nil where it isn't given.
    private var resume: String? {
        for (index, argument) in arguments.enumerated().reversed() {
            if argument.hasPrefix("--resume=") { return String(argument.dropFirst("--resume=".count)) }
            if argument == "--resume", index + 1 < arguments.count { return arguments[index + 1] }
        }
        return nil
    }
}

/// One start of all ranks.
package struct Attempt: Equatable, Sendable {
    /// How many ranks.
    package let rankCount: Int
    /// Where they run; empty for this machine, or for those that a batch system has given.
    package let shares: [HostShare]
    /// The program's arguments.
    package let arguments: [String]

    package init(rankCount: Int, shares: [HostShare], arguments: [String]) {
        self.rankCount = rankCount
        self.shares = shares
        self.arguments = arguments
    }
}
