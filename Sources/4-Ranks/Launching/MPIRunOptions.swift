import Foundation

/// What every call of mpirun has, by whomever it is made.
package enum MPIRunOptions {
    /// `mpirun` and how many ranks it starts, which share all cores; these variables reach ranks on other machines, too.
    ///
    /// - Parameters:
    ///   - rankCount: How many ranks.
    ///   - variables: The names of variables that are set.
    /// - Returns: The beginning of the call.
    package static func start(rankCount: Int, passingOn variables: [String]) -> [String] {
        // Left to itself, Open MPI binds each of two ranks to one core with all its threads.
        ["mpirun", "-n", "\(rankCount)", "--bind-to", "none"] + variables.flatMap { ["-x", $0] }
    }

    /// Lets ranks outnumber the cores, and those that wait leave the core to others.
    package static let patience = ["--oversubscribe", "--mca", "mpi_yield_when_idle", "1"]

    /// The variables without which Open MPI refuses to run as root: it wants to be told twice.
    package static var permission: [String: String] {
        geteuid() == 0 ? ["OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"] : [:]
    }
}
