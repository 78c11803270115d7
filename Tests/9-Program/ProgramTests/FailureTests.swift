import Foundation
import Metrics
import TestSupport
import Testing

extension ProgramTests {
    @Suite struct FailureTests {
        @Test(arguments: [nil, 3])
        func aNonFiniteLossEndsTheRunAndKeepsTheLastGoodCheckpoint(ranks: Int?) throws {
            try withTemporaryFolder { folder in
                let files = RunFiles("\(folder)/run")
                let run = try ProgramRun(
                    ranks: ranks,
                    try arguments(folder) + ["--set", "optimizer.learningRate=1e30"]
                )
                #expect(run.exitCode == 65)
                #expect(run.messages.count == 1, "\(run.errors)")
                let message = try #require(run.messages.first)
                #expect(message.contains("the loss of step 2 is not finite"))
                #expect(message.contains("layer 0 (conv2d)") || message.contains("layer 5 (linear)"), "\(message)")
                #expect(message.contains("resume from \(files.path)/checkpoints/step-00000000"))
                #expect(try files.checkpointNames() == ["latest", "step-00000000"])
                try expectSuccess(try arguments(folder) + ["--max-steps", "1"])
            }
        }

        @Test func nonFiniteWeightsAreNotWritten() throws {
            try withTemporaryFolder { folder in
                let files = RunFiles("\(folder)/run")
                let rate = ["--set", "optimizer.learningRate=1e30"]
                let run = try ProgramRun(try arguments(folder) + rate + ["--max-steps", "1"])
                let words = "the loss of the evaluation after step 1 is not finite"
                #expect(run.exitCode == 65)
                #expect(run.messages.count == 1 && run.messages[0].contains(words), "\(run.errors)")
                #expect(try files.checkpointNames() == ["latest", "step-00000000"])
            }
        }

        /// Adam's first step is as long as the learning rate, here almost the largest number there is.
        @Test(arguments: [nil, 2])
        func infiniteWeightsAreNotWritten(ranks: Int?) throws {
            try withTemporaryFolder { folder in
                let files = RunFiles("\(folder)/run")
                let overrides = ["--set", "optimizer.learningRate=3.4e38", "--set", "checkpoint.everySteps=1"]
                let run = try ProgramRun(ranks: ranks, try arguments(folder) + overrides)
                let words = "is not finite after step 1; lower optimizer.learningRate"
                #expect(run.exitCode == 65)
                #expect(run.messages.count == 1 && run.messages[0].contains(words), "\(run.errors)")
                #expect(try files.checkpointNames() == ["latest", "step-00000000"])
            }
        }

        @Test(arguments: [0, 2])
        func aRankThatIsKilledEndsAllWithinSecondsAndIsNamed(victim: Int) throws {
            try withTemporaryFolder { folder in
                let endless =
                    try arguments(folder) + ["--set", "training.epochs=1000000", "--set", "logging.everySteps=1"]
                let pids = "echo $$ >\(folder)/rank-$OMPI_COMM_WORLD_RANK"
                var killed = ContinuousClock.now
                let run = try ProgramRun(ranks: 3, endless, shell: pids) {
                    try wait(untilExists: "\(folder)/run/checkpoints/latest")
                    let pid = try String(contentsOfFile: "\(folder)/rank-\(victim)", encoding: .utf8)
                    kill(try #require(Int32(pid.trimmingCharacters(in: .newlines))), SIGKILL)
                    killed = .now
                }
                #expect(ContinuousClock.now - killed < .seconds(10))
                #expect(run.exitCode == 128 + SIGKILL)
                #expect(run.errors.contains("process rank \(victim) with PID"), "\(run.errors)")
                #expect(run.errors.contains("signal 9"))
                for rank in 0..<3 { #expect(try isOver("\(folder)/rank-\(rank)")) }
                let events = try MetricsLog.events(path: "\(folder)/run/metrics.jsonl")
                #expect(!events.isEmpty, "what was logged can be read")
                try expectSuccess(["evaluate", "--checkpoint", "\(folder)/run"])
            }
        }

        @Test func aSignalStopsAllRanksAfterACheckpoint() throws {
            try withTemporaryFolder { folder in
                let files = RunFiles("\(folder)/run")
                let endless = try arguments(folder) + ["--set", "training.epochs=1000000"]
                let pids = "echo $$ >\(folder)/rank-$OMPI_COMM_WORLD_RANK"
                let run = try ProgramRun(ranks: 2, endless, shell: pids) {
                    try wait(untilExists: "\(folder)/run/checkpoints/latest")
                    let pid = try String(contentsOfFile: "\(folder)/rank-1", encoding: .utf8)
                    kill(try #require(Int32(pid.trimmingCharacters(in: .newlines))), SIGUSR1)
                }
                #expect(run.exitCode == 75, "\(run.errors)")
                let summary = try files.summary()
                #expect(!summary.completed && summary.stoppedBecause == "SIGUSR1", "the reason travels with the stop")
                let name = try files.text("checkpoints/latest").trimmingCharacters(in: .newlines)
                #expect(try summary.weightsSha256 == files.sha256("checkpoints/\(name)/model.safetensors"))
            }
        }

        /// Closing a terminal raises SIGHUP, which `nohup` makes ignored.
        @Test(arguments: [nil, 2])
        func aHangUpStopsTheRunAfterACheckpointUnlessItIsIgnored(ranks: Int?) throws {
            for isIgnored in [false, true] {
                try withTemporaryFolder { folder in
                    let files = RunFiles("\(folder)/run")
                    let endless = try arguments(folder) + ["--set", "training.epochs=1000000"]
                    let pid = "\(isIgnored ? "trap '' HUP; " : "")echo $$ >\(folder)/rank-$OMPI_COMM_WORLD_RANK"
                    let run = try ProgramRun(ranks: ranks, endless, shell: pid) {
                        try wait(untilExists: "\(folder)/run/checkpoints/latest")
                        let text = try String(
                            contentsOfFile: "\(folder)/rank-\(ranks == nil ? "" : "0")",
                            encoding: .utf8
                        )
                        let process = try #require(Int32(text.trimmingCharacters(in: .newlines)))
                        kill(process, SIGHUP)
                        if isIgnored { kill(process, SIGTERM) }
                    }
                    #expect(run.exitCode == (ranks == nil ? 75 : 75), "\(run.errors)")
                    #expect(try files.summary().stoppedBecause == (isIgnored ? "SIGTERM" : "SIGHUP"))
                }
            }
        }

        /// Four programs with one rank each would train the same run, all into the same folder.
        @Test func slurmTasksThatAreNotRanksAreRefused() throws {
            try withTemporaryFolder { folder in
                let run = try ProgramRun(try arguments(folder), shell: "export SLURM_STEP_NUM_TASKS=4")
                #expect(run.exitCode == 64)
                #expect(run.messages.first?.contains("4 tasks") == true, "\(run.errors)")
                #expect(run.messages.first?.contains("--mpi=pmix") == true)
                #expect(!exists("\(folder)/run"))
                let ranks = try ProgramRun(ranks: 2, try arguments(folder), shell: "export SLURM_STEP_NUM_TASKS=4")
                #expect(ranks.exitCode == 0, "\(ranks.errors)")
            }
        }

        @Test func onlyTheAllowedCoresAreUsed() throws {
            try withTemporaryFolder { folder in
                let plan = try arguments(folder) + ["--dry-run"]
                let bound = try ProgramRun(plan, shell: "taskset -p -c 0 $$ >/dev/null")
                #expect(bound.output.contains("1 rank × 1 thread,"), "\(bound.output) \(bound.errors)")
            }
        }

        private func arguments(_ folder: String) throws -> [String] {
            ["--config", try SmallNetwork.convolutional.write(to: folder), "--run-dir", "\(folder)/run"]
        }

        private func wait(untilExists path: String) throws {
            let end = ContinuousClock.now + .seconds(20)
            while !exists(path) {
                try #require(ContinuousClock.now < end, "no \(path)")
                Thread.sleep(forTimeInterval: 0.02)
            }
        }

        /// Whether the process whose id is in a file has ended, or is about to.
        private func isOver(_ file: String) throws -> Bool {
            let pid = try #require(
                Int32(String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .newlines))
            )
            for _ in 0..<100 where kill(pid, 0) == 0 { Thread.sleep(forTimeInterval: 0.05) }
            return kill(pid, 0) != 0
        }
    }
}
