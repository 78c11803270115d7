/// What is to be started, and how often.
public struct LaunchPlan: Equatable, Sendable {
    /// How many ranks a run has where all hosts are there.
    public let rankCount: Int
    /// How many ranks it may go on with.
    public let minimumRankCount: Int
    /// How often it is started again.
    public let maximumRestarts: Int
    /// The machines; empty for this one alone.
    public let hosts: [Host]
    /// The program's arguments, without `--resume`.
    public let arguments: [String]
    /// The value of `--resume`: `auto`, or `never` or `replace` to pass over checkpoints that are there before the first start.
    public let resume: String

    /// Plans a run.
    ///
    /// - Parameters:
    ///   - rankCount: How many ranks a run has where all hosts are there.
    ///   - minimumRankCount: How many ranks it may go on with.
    ///   - maximumRestarts: How often it is started again.
    ///   - hosts: The machines; empty for this one alone.
    ///   - arguments: The arguments of `swift-dp-train train`.
    /// - Throws: `LaunchError.resumeFromPath`: the newest checkpoint may then belong to another run.
    public init(
        rankCount: Int,
        minimumRankCount: Int,
        maximumRestarts: Int,
        hosts: [Host],
        arguments: [String]
    ) throws(LaunchError) {
        self.rankCount = rankCount
        self.minimumRankCount = minimumRankCount
        self.maximumRestarts = maximumRestarts
        self.hosts = hosts
        var rest: [String] = []
        var resume = "auto"
        var iterator = arguments.makeIterator()
        while let argument = iterator.next() {
            if argument == "--resume", let value = iterator.next() {
                resume = value
            } else if argument.hasPrefix("--resume=") {
                resume = String(argument.dropFirst("--resume=".count))
            } else {
                rest.append(argument)
            }
        }
        guard ["auto", "never", "replace"].contains(resume) else { throw .resumeFromPath(resume) }
        self.arguments = rest
        self.resume = resume
    }
}

/// One start of all ranks.
public struct Attempt: Equatable, Sendable {
    /// How many ranks.
    public let rankCount: Int
    /// Where they run; empty for this machine.
    public let shares: [HostShare]
    /// The program's arguments.
    public let arguments: [String]

    package init(rankCount: Int, shares: [HostShare], arguments: [String]) {
        self.rankCount = rankCount
        self.shares = shares
        self.arguments = arguments
    }
}
