import Launching
import Testing

@Suite(.timeLimit(.minutes(10))) struct MPIRunCommandTests {
    private func arguments(_ attempt: Attempt, cores: Int = 8, _ inherited: [String: String] = [:]) -> String {
        MPIRunCommand(attempt, program: "/p", sessionFolder: "/s", coreCount: cores, inherited: inherited)
            .arguments.joined(separator: " ")
    }

    @Test func oneMachineNeedsNoHosts() {
        let text = arguments(Attempt(rankCount: 4, shares: [], arguments: ["--config", "c"]))
        #expect(text.hasPrefix("mpirun -n 4 --bind-to none -x SWIFT_DP_SESSION "))
        #expect(text.contains("--mca btl_vader_backing_directory /s"))
        #expect(text.hasSuffix(" /p --config c"))
        #expect(!text.contains("-host") && !text.contains("--oversubscribe"))
    }

    @Test func hostsComeFromAFileWhichKnowsIPv6Addresses() {
        let shares = [Host(name: "a"), Host(name: "fe80::1")].shares(ofRanks: 3)
        let text = arguments(Attempt(rankCount: 3, shares: shares, arguments: []))
        #expect(text.contains(" --hostfile /s/hosts --mca oob_tcp_keepalive_time "))
        #expect(text.contains(" --mca regx naive "))
        let named = [Host(name: "a"), Host(name: "b")].shares(ofRanks: 2)
        #expect(!arguments(Attempt(rankCount: 2, shares: named, arguments: [])).contains("regx"))
    }

    @Test func theNodesOfABatchJobGetEqualShares() throws {
        let environment = ["SLURM_JOB_ID": "7", "SLURM_JOB_NUM_NODES": "2", "SLURM_NTASKS": "8"]
        let allocation = try #require(BatchAllocation(environment: environment))
        let command = MPIRunCommand(
            Attempt(rankCount: 5, shares: [], arguments: []),
            program: "/p",
            sessionFolder: "/s",
            coreCount: 2,
            allocation: allocation,
            inherited: environment
        )
        let text = command.arguments.joined(separator: " ")
        #expect(text.contains(" --map-by ppr:3:node "))
        #expect(text.contains("--oversubscribe"))
        #expect(!text.contains(" /s "), "the folder isn't there on the other nodes")
        #expect(allocation.taskCount == 8 && allocation.stopAdvice.contains("--signal=USR1 7"))
        #expect(!arguments(Attempt(rankCount: 5, shares: [], arguments: []), environment).contains("ppr"))
    }

    @Test func moreRanksThanCoresYieldTheirCores() {
        let shares = [Host(name: "a"), Host(name: "b")].shares(ofRanks: 4)
        let (together, apart) = (
            Attempt(rankCount: 4, shares: [], arguments: []), Attempt(rankCount: 4, shares: shares, arguments: [])
        )
        #expect(arguments(together, cores: 2).contains("--oversubscribe --mca mpi_yield_when_idle 1"))
        #expect(!arguments(apart, cores: 2).contains("--oversubscribe"))
    }

    @Test func environmentVariablesOfTheRanksArePassedOn() {
        let names = ["SWIFT_DP_DATA", "SWIFT_DP_THREADS", "SWIFT_DP_VECTOR", "OPENBLAS_CORETYPE"]
        let inherited = Dictionary(uniqueKeysWithValues: (names + ["HOME"]).map { ($0, "x") })
        let text = arguments(Attempt(rankCount: 1, shares: [], arguments: []), inherited)
        for name in names { #expect(text.contains("-x \(name)"), "\(name)") }
        #expect(!text.contains("HOME"))
        #expect(!arguments(Attempt(rankCount: 1, shares: [], arguments: [])).contains("OPENBLAS_CORETYPE"))
    }
}
