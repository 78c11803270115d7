import Foundation
import Metrics
import TestSupport
import Testing

extension ProgramTests {
    /// A finished run that is made longer by another `training.epochs`.
    @Suite(.timeLimit(.minutes(10))) struct LongerRunTests {
        private static let longer = ["--set", "training.epochs=3"]
        private static let finalWeights = "checkpoints/step-00000027/model.safetensors"

        /// With schedules that don't look ahead, it is the run that would have been as long from the beginning.
        @Test(arguments: [
            "{name: constant, warmupEpochs: 0.5}", "{name: step, stepEpochs: 1}", "{name: step, milestones: [1, 2]}",
        ])
        func aLongerRunEndsWithTheBytesOfOneThatWasAsLongFromTheBeginning(schedule: String) throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.residual.write(to: folder)
                let (whole, parts) = (RunFiles("\(folder)/whole"), RunFiles("\(folder)/parts"))
                let start = ["--config", configuration, "--set", "schedule=\(schedule)"]
                try expectSuccess(start + Self.longer + ["--run-dir", whole.path])
                try expectSuccess(start + ["--run-dir", parts.path])
                let run = try expectSuccess(ranks: 2, start + Self.longer + ["--run-dir", parts.path])
                #expect(run.output.contains("training.epochs was 2, now 3"), "\(run.output)")
                #expect(try parts.data(Self.finalWeights) == whole.data(Self.finalWeights))
                #expect(try parts.summary().epochs == 3)
            }
        }

        /// Which step it is says the message: with a warm-up, the first steps are alike.
        @Test(arguments: [("{name: cosine}", 2), ("{name: cosine, warmupEpochs: 1}", 11), ("{name: oneCycle}", 2)])
        func aScheduleOfTheWholeRunIsNotStretched(schedule: String, step: Int) throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let files = RunFiles("\(folder)/run")
                let start = ["--config", configuration, "--set", "schedule=\(schedule)", "--run-dir", files.path]
                let end = try expectSuccess(start)
                #expect(end.output.contains("--initialize-from \(files.path) --run-dir \(files.path)-next"))
                let before = try files.contents()
                let run = try ProgramRun(start + Self.longer)
                #expect(run.exitCode == 64 && run.messages.count == 1, "\(run.errors)")
                let message = run.messages.first ?? ""
                #expect(message.contains("training.epochs was 2, now 3"), "\(message)")
                #expect(message.contains("is another from step \(step) on"), "\(message)")
                #expect(try files.contents() == before)
                // Who names the checkpoint gets what they ask for.
                let named = ["--resume", "\(files.path)/checkpoints/step-00000018"]
                #expect(try expectSuccess(start + Self.longer + named).output.contains("resumed after step 18"))
            }
        }

        /// Lookahead's decay grows with the part of the run that is done.
        @Test func anAverageThatGrowsOverTheWholeRunIsNotStretched() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.residual.write(to: folder)
                let files = RunFiles("\(folder)/run")
                let averaging = "averaging={name: lookahead, everySteps: 4, rampPower: 3}"
                let start = ["--config", configuration, "--run-dir", files.path, "--set", averaging]
                try expectSuccess(start)
                let run = try ProgramRun(start + Self.longer)
                #expect(run.exitCode == 64, "\(run.errors)")
                #expect(run.messages.first?.contains("is another from step 4 on") == true, "\(run.errors)")
            }
        }

        /// The steps of the warm-up are the same in a run of any length.
        @Test func aRunThatIsStillWarmingUpMayBecomeLonger() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let (whole, parts) = (RunFiles("\(folder)/whole"), RunFiles("\(folder)/parts"))
                let start = ["--config", configuration, "--set", "schedule={name: cosine, warmupEpochs: 1}"]
                try expectSuccess(start + Self.longer + ["--run-dir", whole.path])
                try expectSuccess(start + ["--run-dir", parts.path, "--max-steps", "9"])
                try expectSuccess(start + Self.longer + ["--run-dir", parts.path])
                #expect(try parts.data(Self.finalWeights) == whole.data(Self.finalWeights))
            }
        }
    }
}
