import Foundation

/// How mpirun is called: the one place that composes such a command.
package struct MPIRunCommand: Equatable, Sendable {
    /// `mpirun` and its arguments.
    package let arguments: [String]
    /// What the environment has besides this process's own.
    package let environment: [String: String]

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
    ///   - sessionFolder: The folder for what ranks leave behind; nil where nobody reads it.
    ///   - coreCount: How many ranks find a core for themselves on each host.
    ///   - allocation: The machines of a batch job on which the ranks may run; nil for this machine alone.
    ///   - variables: What the ranks' environment has besides this process's own.
    ///   - inherited: This process's environment.
    package init(
        _ attempt: Attempt,
        program: String,
        sessionFolder: String?,
        coreCount: Int,
        allocation: BatchAllocation? = nil,
        variables: [String: String] = [:],
        inherited: [String: String]
    ) {
        var environment = Self.permission.merging(variables) { $1 }
        environment[LaunchSession.variable] = sessionFolder
        // OpenBLAS makes its threads while it is being loaded, and nobody wants them.
        if inherited["OPENBLAS_NUM_THREADS"] == nil { environment["OPENBLAS_NUM_THREADS"] = "1" }
        let known = inherited.merging(environment) { $1 }
        // Left to itself, Open MPI binds each of two ranks to one core with all its threads.
        var arguments = ["mpirun", "-n", "\(attempt.rankCount)", "--bind-to", "none"]
        arguments += Self.passedOn.filter { known[$0] != nil }.flatMap { ["-x", $0] }
        let nodeCount = attempt.shares.isEmpty ? allocation?.nodeCount ?? 1 : 1
        // Open MPI makes the folder on this machine's own behalf only, or on that of hosts where the launcher has.
        if let sessionFolder, nodeCount == 1 {
            for parameter in ["orte_tmpdir_base", "btl_vader_backing_directory"] {
                arguments += ["--mca", parameter, sessionFolder]
            }
        }
        var ranksPerHost = attempt.shares.map(\.rankCount).max() ?? attempt.rankCount
        if let sessionFolder, !attempt.shares.isEmpty {
            arguments += ["--hostfile", LaunchSession.hostFile(in: sessionFolder)] + Self.quickNoticeOfLostHosts
            // Otherwise Open MPI shortens lists of hosts, and takes an IPv6 address for a name with a wrong letter in it.
            if attempt.shares.contains(where: { $0.host.name.contains(":") }) {
                arguments += ["--mca", "regx", "naive"]
            }
        } else if nodeCount > 1 {
            ranksPerHost = (attempt.rankCount + nodeCount - 1) / nodeCount
            arguments += ["--map-by", "ppr:\(ranksPerHost):node"] + Self.quickNoticeOfLostHosts
        }
        // Ranks that outnumber the cores leave the core to others while they wait.
        if ranksPerHost > coreCount { arguments += ["--oversubscribe", "--mca", "mpi_yield_when_idle", "1"] }
        self.arguments = arguments + [program] + attempt.arguments
        self.environment = environment
    }

    /// Without these, mpirun takes minutes to see that a host is gone.
    private static let quickNoticeOfLostHosts = [
        "--mca", "oob_tcp_keepalive_time", "5", "--mca", "oob_tcp_keepalive_intvl", "2",
        "--mca", "oob_tcp_keepalive_probes", "3",
    ]

    /// The variables without which Open MPI refuses to run as root: it wants to be told twice.
    private static var permission: [String: String] {
        geteuid() == 0 ? ["OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"] : [:]
    }
}
