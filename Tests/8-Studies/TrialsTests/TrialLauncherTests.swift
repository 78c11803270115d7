import ConfigurationFiles
import Testing
import Trials

@Suite(.timeLimit(.minutes(10))) struct TrialLauncherTests {
    @Test(arguments: [(1, 2, 2), (4, 2, 1), (2, 8, 4), (3, 8, 2), (1, 1, 1)])
    func asManyTrialsRunAtOnceAsTheCoresAllow(ranks: Int, cores: Int, expected: Int) {
        #expect(TrialLauncher(rankCount: ranks, coreCount: cores).slotCount == expected)
    }

    @Test func oneRankNeedsNoMPI() throws {
        let trial = try Trial(name: "t", configurationPath: "digits-mlp.yaml", overrides: ["training.epochs=3"])
        let folder = TrialFolder(of: trial, in: "runs")
        let solo = TrialLauncher(rankCount: 1, coreCount: 2, program: "/bin/p").command(for: folder)
        #expect(solo.name == "/bin/p")
        #expect(
            solo.arguments == [
                "train", "--config", "digits-mlp.yaml", "--run-dir", "runs/t", "--max-epochs", "3", "--set",
                "training.epochs=3",
            ]
        )
        let group = TrialLauncher(rankCount: 4, coreCount: 2, program: "/bin/p").command(for: folder)
        #expect(group.name == "mpirun")
        #expect(group.arguments.prefix(2) == ["-n", "4"])
        #expect(["--oversubscribe", "SWIFT_DP_THREADS", "OPENBLAS_NUM_THREADS"].allSatisfy(group.arguments.contains))
        #expect(group.arguments.suffix(solo.arguments.count + 1) == ["/bin/p"] + solo.arguments)
    }
}
