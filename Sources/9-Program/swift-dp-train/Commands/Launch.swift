import ArgumentParser
import Foundation
import Launching
import Processes
import Training

/// `launch`.
struct Launch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Trains on several ranks under mpirun, and starts them again where one dies.",
        discussion: """
            swift-dp-train launch -n 4 -- --config cnn.yaml

            After a rank or a host has died, the run goes on from the newest checkpoint, on fewer ranks where a host \
            stays away. SIGINT, SIGTERM, SIGUSR1 and a closed terminal stop it after a checkpoint, a second one at \
            once. The exit code is the last start's. Other commands, such as 'bench', are started once. In a Slurm job \
            the ranks are the job's. OMPI_MCA_ variables, such as OMPI_MCA_plm_rsh_agent, reach mpirun.
            """
    )

    @Option(name: .short, help: "How many ranks (default: as many as cores, up to 8; in a Slurm job, its tasks).")
    var numberOfRanks: Int?

    @Option(help: "How often the run may be started again without having got further in between.")
    var maxRestarts = 3

    @Option(help: "How many ranks the run may go on with where hosts stay away.")
    var minRanks = 1

    @Option(
        help: "The hosts, a name a line, with 'slots=N' where one takes at most N ranks (default: this machine).",
        completion: .file()
    )
    var hosts: String?

    @Argument(parsing: .postTerminator, help: "The options of 'train', or another command with its own.")
    var arguments: [String] = []

    func validate() throws {
        if let numberOfRanks, numberOfRanks < 1 { throw ValidationError("-n is \(numberOfRanks), 1 or more needed") }
        if maxRestarts < 0 { throw ValidationError("--max-restarts is \(maxRestarts), 0 or more needed") }
        if minRanks < 1 { throw ValidationError("--min-ranks is \(minRanks), 1 or more needed") }
        if let numberOfRanks, minRanks > numberOfRanks {
            throw ValidationError("--min-ranks is \(minRanks), 1...\(numberOfRanks) needed, the number of ranks")
        }
    }

    func run() async throws {
        let allocation = BatchAllocation(environment: ProcessInfo.processInfo.environment)
        let hosts = try hosts.map { path throws(LaunchError) in try Host.read(path: path) } ?? []
        let plan = LaunchPlan(
            rankCount: numberOfRanks
                ?? LaunchPlan.rankCount(hosts: hosts, allocation: allocation, coreCount: ProcessorCores.count),
            minimumRankCount: minRanks,
            maximumRestarts: maxRestarts,
            hosts: hosts,
            arguments: arguments,
            resumeWords: ResumePolicy.words,
            stopAdvice: allocation?.stopAdvice
        )
        let code = try await Launcher(plan: plan, program: ProgramPath.current).run()
        if code != 0 { throw ExitCode(code) }
    }
}
