/// How mpirun is called.
public struct MPIRunCommand: Equatable, Sendable {
    /// `mpirun` and its arguments.
    public let arguments: [String]
    /// What the environment has besides this process's own.
    public let environment: [String: String]

    /// The variables that ranks on other machines need, too.
    private static let passedOn = [
        LaunchSession.variable, "SWIFT_DP_DATA", "SWIFT_DP_THREADS", "SWIFT_DP_VECTOR", "SWIFT_BACKTRACE",
        "OPENBLAS_CORETYPE", "OPENBLAS_NUM_THREADS",
    ]

    /// Composes the call.
    ///
    /// `OMPI_MCA_` variables, such as the launch agent's, reach mpirun through the environment.
    ///
    /// - Parameters:
    ///   - attempt: What is started.
    ///   - program: The path of this program, on all hosts.
    ///   - sessionFolder: The folder for what ranks leave behind.
    ///   - coreCount: How many ranks find a core for themselves on each host.
    ///   - inherited: This process's environment.
    public init(
        _ attempt: Attempt,
        program: String,
        sessionFolder: String,
        coreCount: Int,
        inherited: [String: String]
    ) {
        let environment = MPIRunOptions.permission.merging([LaunchSession.variable: sessionFolder]) { $1 }
        let known = inherited.merging(environment) { $1 }
        var arguments = MPIRunOptions.start(
            rankCount: attempt.rankCount,
            passingOn: Self.passedOn.filter { known[$0] != nil }
        )
        for parameter in ["orte_tmpdir_base", "btl_vader_backing_directory", "osc_sm_backing_directory"] {
            arguments += ["--mca", parameter, sessionFolder]
        }
        if !attempt.shares.isEmpty {
            let hosts = attempt.shares.map { "\($0.host.name):\($0.rankCount)" }.joined(separator: ",")
            arguments += ["-host", hosts] + Self.quickNoticeOfLostHosts
        }
        if attempt.shares.map(\.rankCount).max() ?? attempt.rankCount > coreCount {
            arguments += MPIRunOptions.patience
        }
        self.arguments = arguments + [program] + attempt.arguments
        self.environment = environment
    }

    /// Without these, mpirun takes minutes to see that a host is gone.
    private static let quickNoticeOfLostHosts = [
        "--mca", "oob_tcp_keepalive_time", "5", "--mca", "oob_tcp_keepalive_intvl", "2",
        "--mca", "oob_tcp_keepalive_probes", "3",
    ]
}
