import Foundation
import Metrics
import TestSupport
import Testing

extension ProgramTests {
    /// `launch` with ranks that are killed or stopped.
    @Suite(.timeLimit(.minutes(10))) struct LaunchTests {
        /// A checkpoint after each step, so that many kills hit one being written.
        private static let everyStep = ["--set", "checkpoint.everySteps=1"]

        /// What to kill: mpirun (nil), or a rank.
        @Test(arguments: [nil, 0, 2])
        func aRunWithKilledRanksEndsWithTheSameBytes(victim: Int?) throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.residual.write(to: folder)
                let (whole, killed) = (RunFiles("\(folder)/whole"), RunFiles("\(folder)/killed"))
                let long = ["--config", configuration, "--set", "training.epochs=20"] + Self.everyStep
                try expectSuccess(long + ["--run-dir", whole.path])
                let run = try launch(3, long + ["--run-dir", killed.path]) { launcher in
                    try wait(forStep: 12, of: killed)
                    let mpirun = try #require(children(of: launcher).first)
                    let ranks = children(of: mpirun).sorted()
                    try #require(ranks.count == 3)
                    kill(victim.map { ranks[$0] } ?? mpirun, SIGKILL)
                }
                #expect(run.exitCode == 0, "\(run.errors)")
                let reports = run.errors.split(separator: "\n").filter { $0.hasPrefix("swift-dp-train launch: ") }
                #expect(reports.count == 1, "\(reports)")
                let who = victim.map { "rank \($0) on " } ?? "mpirun ended by signal 9"
                #expect(reports.first?.contains(who) == true)
                #expect(reports.first?.contains("in step ") == true)
                #expect(reports.first?.contains("last collective ") == true)
                #expect(reports.first?.hasSuffix("restart 1 of 3") == true)
                #expect(try killed.summary().weightsSha256 == whole.summary().weightsSha256)
                #expect(try killed.stepLosses() == whole.stepLosses())
            }
        }

        @Test func aReplacedRunContinuesFromItsOwnCheckpointsAfterAFailure() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let files = RunFiles("\(folder)/run")
                let short = ["--config", configuration, "--run-dir", files.path]
                try expectSuccess(short)
                let arguments = short + ["--resume", "replace", "--set", "training.epochs=20"] + Self.everyStep
                let run = try launch(2, arguments) { launcher in
                    try wait(forStep: 20, of: files)
                    try kill(#require(children(of: launcher).first), SIGKILL)
                }
                #expect(run.exitCode == 0, "\(run.errors)")
                #expect(run.errors.contains("restart 1 of 3"))
                let resumed = try #require(run.output.firstMatch(of: /resumed after step (\d+)/), "\(run.output)")
                #expect(Int(resumed.1) ?? 0 >= 19)
            }
        }

        /// The weights that it began with are gone by then.
        @Test func aRestartedRunDoesNotTakeItsFirstWeightsAgain() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let (source, whole, killed) = (
                    RunFiles("\(folder)/source"), RunFiles("\(folder)/whole"), RunFiles("\(folder)/killed")
                )
                try expectSuccess(["--config", configuration, "--run-dir", source.path])
                let start =
                    ["--config", configuration, "--initialize-from", source.path, "--resume", "replace"]
                    + ["--set", "training.epochs=20", "--set", "checkpoint.everySteps=1"]
                try expectSuccess(start + ["--run-dir", whole.path])
                let run = try launch(2, start + ["--run-dir", killed.path]) { launcher in
                    try wait(forStep: 12, of: killed)
                    try FileManager.default.removeItem(atPath: source.path)
                    try kill(#require(children(of: launcher).first), SIGKILL)
                }
                #expect(run.exitCode == 0, "\(run.errors)")
                #expect(run.errors.contains("restart 1 of 3"))
                #expect(try killed.summary().weightsSha256 == whole.summary().weightsSha256)
            }
        }

        @Test func twoRunsDoNotShareAFolder() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let path = "\(folder)/run"
                let arguments = ["--config", configuration, "--run-dir", path, "--set", "parallel.timeoutSeconds=1"]
                let run = try launch(2, arguments + ["--set", "training.epochs=1000000"]) { launcher in
                    try wait(untilExists: "\(path)/checkpoints/latest")
                    let second = try ProgramRun(arguments)
                    #expect(second.exitCode == 74, "\(second.errors)")
                    #expect(second.errors.contains("another run writes to this folder"), "\(second.errors)")
                    kill(launcher, SIGTERM)
                }
                #expect(run.exitCode == 75, "\(run.errors)")
            }
        }

        @Test func aRankThatStopsAnsweringIsNamedAndTheRunContinues() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let files = RunFiles("\(folder)/run")
                let arguments =
                    ["--config", configuration, "--run-dir", files.path, "--set", "parallel.timeoutSeconds=2"]
                    + ["--set", "training.epochs=20"] + Self.everyStep
                let run = try launch(3, arguments) { launcher in
                    try wait(forStep: 12, of: files)
                    let mpirun = try #require(children(of: launcher).first)
                    let ranks = children(of: mpirun).sorted()
                    try #require(ranks.count == 3)
                    kill(ranks[1], SIGSTOP)
                }
                #expect(run.exitCode == 0, "\(run.errors)")
                #expect(run.errors.contains("launch: rank 1 on "), "\(run.errors)")
                #expect(run.errors.contains(" stopped answering, in step "))
                #expect(try files.summary().completed)
            }
        }

        @Test(arguments: [SIGINT, SIGTERM, SIGUSR1])
        func aStoppedRunContinuedOnOtherRanksEndsWithTheSameBytes(signal: Int32) throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.residual.write(to: folder)
                let (whole, parts) = (RunFiles("\(folder)/whole"), RunFiles("\(folder)/parts"))
                let long = ["--config", configuration, "--set", "training.epochs=20"]
                try expectSuccess(long + ["--run-dir", whole.path])
                let arguments = long + ["--run-dir", parts.path]
                let run = try launch(4, arguments + ["--set", "checkpoint.everySteps=1"]) { launcher in
                    try wait(forStep: 10, of: parts)
                    kill(launcher, signal)
                }
                #expect(run.exitCode == 75, "\(run.errors)")
                let name = [SIGINT: "SIGINT", SIGTERM: "SIGTERM", SIGUSR1: "SIGUSR1"][signal]
                #expect(run.errors.contains("launch: \(try #require(name)): stopping after a checkpoint"))
                #expect(!run.errors.contains("non-zero"), "mpirun's own words on the exit code: \(run.errors)")
                #expect((run.output + run.errors).contains("the same command continues"), "\(run.errors)")
                #expect(try !parts.summary().completed)
                let end = try launch(2, arguments)
                #expect(end.exitCode == 0, "\(end.errors)")
                #expect(end.output.contains("resumed after step "))
                #expect(try parts.summary().weightsSha256 == whole.summary().weightsSha256)
                #expect(try parts.stepLosses() == whole.stepLosses())
            }
        }

        @Test func aSecondSignalEndsImmediatelyAndLeavesNothing() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let path = "\(folder)/run"
                var processes: [Int32] = []
                let arguments = ["--config", configuration, "--run-dir", path, "--set", "training.epochs=1000000"]
                let run = try launch(3, arguments) { launcher in
                    try wait(untilExists: "\(path)/checkpoints/latest")
                    let mpirun = try #require(children(of: launcher).first)
                    processes = [mpirun] + children(of: mpirun)
                    // A stopped rank can't react to the first signal.
                    kill(try #require(processes.last), SIGSTOP)
                    // The first three count as one: batch systems and shells send several within a moment.
                    for pause in [0.05, 0.05, 1.5, 0] {
                        kill(launcher, SIGINT)
                        Thread.sleep(forTimeInterval: pause)
                    }
                }
                #expect(run.exitCode == 75, "\(run.errors)")
                #expect(run.seconds < 20)
                #expect(!run.errors.contains("Segmentation fault"), "\(run.errors)")
                #expect(run.errors.contains("ended before its last checkpoint was confirmed"))
                #expect(processes.count == 4)
                for process in processes { #expect(kill(process, 0) != 0, "\(process) lives on") }
            }
        }

        /// Closing a terminal stops the run after a checkpoint, unless `nohup` makes SIGHUP ignored.
        @Test(arguments: [false, true])
        func aClosedTerminalStopsTheRunAfterACheckpointUnlessThatIsIgnored(isIgnored: Bool) throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let files = RunFiles("\(folder)/run")
                let arguments = [
                    "--config", configuration, "--run-dir", files.path, "--set", "training.epochs=1000000",
                ]
                let terminal = try PseudoTerminal()
                var processes: [Int32] = []
                let program = ProgramRun.program
                let launch = ["launch", "-n", "2", "--"] + arguments
                let script = "\(isIgnored ? "trap '' HUP; " : "")echo $$ >\(folder)/launcher; exec \"$0\" \"$@\""
                let end = try terminal.run(["sh", "-c", script, program] + launch) {
                    try wait(untilExists: "\(files.path)/checkpoints/latest")
                    let text = try String(contentsOfFile: "\(folder)/launcher", encoding: .utf8)
                    let launcher = try #require(Int32(text.trimmingCharacters(in: .newlines)))
                    let mpirun = try #require(children(of: launcher).first)
                    processes = [launcher, mpirun] + children(of: mpirun)
                    terminal.close()
                    guard isIgnored else { return }
                    // Training continues without a terminal.
                    let step = try newestStep(files)
                    kill(launcher, SIGHUP)
                    try wait(until: "a later checkpoint") { (try? newestStep(files)) ?? 0 > step }
                    kill(launcher, SIGTERM)
                }
                #expect(end == 75)
                #expect(try !files.summary().completed)
                #expect(try newestStep(files) == files.summary().steps, "the last step is kept")
                #expect(processes.count == 4)
                for process in processes { #expect(kill(process, 0) != 0, "\(process) lives on") }
            }
        }

        private func newestStep(_ files: RunFiles) throws -> Int {
            let name = try files.text("checkpoints/latest").trimmingCharacters(in: .newlines)
            return try #require(Int(name.dropFirst("step-".count)))
        }

        /// Signals are handled while hosts don't answer.
        @Test func aLaunchThatWaitsForHostsStopsImmediately() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                try "#!/bin/sh\ntouch \(folder)/asked; exec sleep 600\n".write(
                    toFile: "\(folder)/agent",
                    atomically: true,
                    encoding: .utf8
                )
                chmod("\(folder)/agent", 0o755)
                try (1...20).map { "far\($0)" }.joined(separator: "\n").write(
                    toFile: "\(folder)/hosts",
                    atomically: true,
                    encoding: .utf8
                )
                let command = ["launch", "-n", "20", "--hosts", "\(folder)/hosts", "--", "--config", configuration]
                let shell = "export OMPI_MCA_plm_rsh_agent=\(folder)/agent; echo $$ >\(folder)/launcher"
                var signalled = ContinuousClock.now
                let run = try ProgramRun(command, shell: shell) {
                    try wait(untilExists: "\(folder)/asked")
                    let text = try String(contentsOfFile: "\(folder)/launcher", encoding: .utf8)
                    signalled = .now
                    kill(try #require(Int32(text.trimmingCharacters(in: .newlines))), SIGTERM)
                }
                #expect(run.exitCode == 75, "\(run.errors)")
                #expect(ContinuousClock.now - signalled < .seconds(8), "not after the ten seconds that hosts have")
            }
        }

        @Test func aKilledLauncherEndsItsRanks() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let path = "\(folder)/run"
                var processes: [Int32] = []
                var killed: Int32 = 0
                let arguments = ["--config", configuration, "--run-dir", path, "--set", "training.epochs=1000000"]
                _ = try launch(2, arguments) { launcher in
                    try wait(untilExists: "\(path)/checkpoints/latest")
                    let mpirun = try #require(children(of: launcher).first)
                    processes = [mpirun] + children(of: mpirun)
                    killed = launcher
                    kill(launcher, SIGKILL)
                }
                #expect(processes.count == 3)
                let end = ContinuousClock.now + .seconds(10)
                while ContinuousClock.now < end, processes.contains(where: { kill($0, 0) == 0 }) {
                    Thread.sleep(forTimeInterval: 0.05)
                }
                for process in processes { #expect(kill(process, 0) != 0, "\(process) lives on") }
                // The next start removes what it could not remove.
                #expect(try launch(2, ["--config", configuration, "--run-dir", path, "--dry-run"]).exitCode == 0)
                let left = (try? FileManager.default.contentsOfDirectory(atPath: "/dev/shm")) ?? []
                #expect(!left.contains { $0.hasPrefix("swift-dp-train-\(killed)-") }, "\(left)")
            }
        }

        @Test(arguments: [("training.epochs=0", 64), ("training.globalBatchSize=1", 64)])
        func aUsageErrorIsNotRetried(override: String, exitCode: Int32) throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let arguments = ["--config", configuration, "--run-dir", "\(folder)/run", "--set", override]
                let run = try launch(2, arguments)
                #expect(run.exitCode == exitCode, "\(run.errors)")
                #expect(!run.errors.contains("restart"))
            }
        }

        /// Runs `launch`, and `meanwhile` with its process while it runs.
        private func launch(
            _ ranks: Int,
            _ arguments: [String],
            meanwhile: (Int32) throws -> Void = { _ in }
        ) throws -> ProgramRun {
            try withTemporaryFolder { folder in
                let file = "\(folder)/launcher"
                let command = ["launch", "-n", "\(ranks)", "--"] + arguments
                return try ProgramRun(command, shell: "echo $$ >\(file)", timeLimitSeconds: 60) {
                    try wait(untilExists: file)
                    Thread.sleep(forTimeInterval: 0.1)
                    let text = try String(contentsOfFile: file, encoding: .utf8)
                    try meanwhile(try #require(Int32(text.trimmingCharacters(in: .newlines))))
                }
            }
        }

        private func wait(untilExists path: String) throws { try wait(until: path) { exists(path) } }

        /// Waits for a checkpoint of this step or a later one.
        private func wait(forStep step: Int, of files: RunFiles) throws {
            try wait(until: "checkpoint of step \(step)") {
                let latest = (try? files.text("checkpoints/latest")) ?? ""
                return Int(latest.trimmingCharacters(in: .newlines).dropFirst("step-".count)) ?? 0 >= step
            }
        }

        private func wait(until what: String, _ isSo: () -> Bool) throws {
            let end = ContinuousClock.now + .seconds(30)
            while !isSo() {
                try #require(ContinuousClock.now < end, "no \(what)")
                Thread.sleep(forTimeInterval: 0.01)
            }
        }

        /// The processes with the given parent.
        private func children(of parent: Int32) -> [Int32] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            return names.compactMap { Int32($0) }.filter { process in
                let text = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
                return text.contains("\nPPid:\t\(parent)\n")
            }
        }
    }
}
