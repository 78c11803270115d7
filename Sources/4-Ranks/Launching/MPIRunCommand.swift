import Foundation

/// The command line and environment of mpirun; nothing else composes them.
package struct MPIRunCommand: Equatable, Sendable {
    /// `mpirun` and its arguments.
    package let arguments: [String]
    /// Variables in addition to this process's environment.
    package let environment: [String: String]

    /// The variables that ranks on other machines need, too.
    private static let passedOn = [
        LaunchSession.variable, "SWIFT_DP_DATA", "SWIFT_DP_THREADS", "SWIFT_DP_VECTOR", "SWIFT_BACKTRACE",
        "OPENBLAS_CORETYPE", "OPENBLAS_NUM_THREADS",
    ]

    /// Composes the command.
    ///
    /// `OMPI_MCA_` variables, such as the one for the launch agent, reach mpirun through the environment.
    ///
    /// - Parameters:
    ///   - attempt: What to start.
    ///   - program: The path of this program, on all hosts.
    ///   - sessionFolder: The folder for the ranks' statuses; nil if statuses aren't read.
    ///   - coreCount: The number of ranks that can have a core of their own on each host.
    ///   - allocation: The machines of a batch job for the ranks; nil for this machine only.
    ///   - variables: Variables for the ranks, in addition to this process's environment.
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
        // OpenBLAS creates its threads when it is loaded, and they aren't needed.
        if inherited["OPENBLAS_NUM_THREADS"] == nil { environment["OPENBLAS_NUM_THREADS"] = "1" }
        let known = inherited.merging(environment) { $1 }
        // By default, Open MPI binds each of two ranks with all its threads to one core.
        var arguments = ["mpirun", "-n", "\(attempt.rankCount)", "--bind-to", "none"]
        arguments += Self.passedOn.filter { known[$0] != nil }.flatMap { ["-x", $0] }
        let nodeCount = attempt.shares.isEmpty ? allocation?.nodeCount ?? 1 : 1
        // Open MPI creates the folder on this machine only; on other hosts the launcher has to do it.
        if let sessionFolder, nodeCount == 1 {
            for parameter in ["orte_tmpdir_base", "btl_vader_backing_directory"] {
                arguments += ["--mca", parameter, sessionFolder]
            }
        }
        var ranksPerHost = attempt.shares.map(\.rankCount).max() ?? attempt.rankCount
        if let sessionFolder, !attempt.shares.isEmpty {
            arguments += ["--hostfile", LaunchSession.hostFile(in: sessionFolder)] + Self.quickNoticeOfLostHosts
            // Otherwise Open MPI shortens lists of hosts, and takes an IPv6 address for a misspelt name.
            if attempt.shares.contains(where: { $0.host.name.contains(":") }) {
                arguments += ["--mca", "regx", "naive"]
            }
        } else if nodeCount > 1 {
            ranksPerHost = (attempt.rankCount + nodeCount - 1) / nodeCount
            arguments += ["--map-by", "ppr:\(ranksPerHost):node"] + Self.quickNoticeOfLostHosts
        }
        // When there are more ranks than cores, waiting ranks yield their core.
        if ranksPerHost > coreCount { arguments += ["--oversubscribe", "--mca", "mpi_yield_when_idle", "1"] }
        self.arguments = arguments + [program] + attempt.arguments
        self.environment = environment
    }

    /// Without these, mpirun takes minutes to notice that a host is gone.
    private static let quickNoticeOfLostHosts = [
        "--mca", "oob_tcp_keepalive_time", "5", "--mca", "oob_tcp_keepalive_intvl", "2",
        "--mca", "oob_tcp_keepalive_probes", "3",
    ]

    /// Open MPI needs these two variables to run as root.
    private static var permission: [String: String] {
        geteuid() == 0 ? ["OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"] : [:]
    }
}
