/// What to start, and how often.
package struct LaunchPlan: Equatable, Sendable {
    /// The number of ranks when all hosts are available.
    package let rankCount: Int
    /// The smallest number of ranks to continue with.
    package let minimumRankCount: Int
    /// How often the run is restarted without progress in between.
    package let maximumRestarts: Int
    /// The machines; empty for this machine, or for those allocated by a batch system.
    package let hosts: [Host]
    /// The program's arguments.
    package let arguments: [String]
    /// Advice for a user who stopped a run in a way that left no time for a checkpoint; nil for none.
    package let stopAdvice: String?
    /// The words of `--resume` with which a restart continues the run; anything else is a checkpoint's path.
    let resumeWords: [String]

    /// A plan.
    package init(
        rankCount: Int,
        minimumRankCount: Int,
        maximumRestarts: Int,
        hosts: [Host],
        arguments: [String],
        resumeWords: [String],
        stopAdvice: String? = nil
    ) {
        self.rankCount = rankCount
        self.minimumRankCount = minimumRankCount
        self.maximumRestarts = maximumRestarts
        self.hosts = hosts
        self.arguments = arguments
        self.resumeWords = resumeWords
        self.stopAdvice = stopAdvice
    }

    /// The default number of ranks: one for each core, halved until there are no more than 8, the default number of
    /// virtual shards.
    ///
    /// - Parameters:
    ///   - hosts: The machines; empty for this machine, or for those allocated by a batch system.
    ///   - allocation: The batch system's allocation.
    ///   - coreCount: The number of cores of each machine.
    /// - Returns: The number of ranks, at least 1.
    package static func rankCount(hosts: [Host], allocation: BatchAllocation?, coreCount: Int) -> Int {
        if hosts.isEmpty, let count = allocation?.taskCount { return count }
        var count =
            hosts.isEmpty
            ? (allocation?.nodeCount ?? 1) * coreCount : hosts.reduce(0) { $0 + min($1.slots ?? coreCount, coreCount) }
        while count > 8 { count /= 2 }
        return max(1, count)
    }

    /// Why a restart would not continue the previous start; nil if it would.
    var obstacleToRestart: String? {
        if let command = arguments.first, command != "train", !command.hasPrefix("-") {
            return "'\(command)' is no training"
        }
        guard let path = resume, !resumeWords.contains(path) else { return nil }
        return "--resume \(path) would begin there again, --resume auto goes on from the newest checkpoint"
    }

    /// The value of `--resume`; nil if it isn't given.
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
    /// The number of ranks.
    package let rankCount: Int
    /// Where they run; empty for this machine, or for those allocated by a batch system.
    package let shares: [HostShare]
    /// The program's arguments.
    package let arguments: [String]

    package init(rankCount: Int, shares: [HostShare], arguments: [String]) {
        self.rankCount = rankCount
        self.shares = shares
        self.arguments = arguments
    }
}
