import Foundation
import Metrics
import TestSupport
import Testing

extension ProgramTests {
    @Suite struct ResumeTests {
        static let finalWeights = "checkpoints/step-00000018/model.safetensors"

        @Test(arguments: SmallNetwork.allCases)
        func aRunResumedOnOtherRanksEndsWithTheSameBytes(network: SmallNetwork) throws {
            try withTemporaryFolder { folder in
                let configuration = try network.write(to: folder)
                let (whole, parts) = (RunFiles("\(folder)/whole"), RunFiles("\(folder)/parts"))
                try expectSuccess(["--config", configuration, "--run-dir", whole.path])
                let resumed = ["--config", configuration, "--run-dir", parts.path]
                try expectSuccess(ranks: 4, resumed + ["--max-steps", "4"])
                try expectSuccess(ranks: 2, resumed + ["--max-steps", "13"])
                let last = try expectSuccess(resumed)
                #expect(last.output.contains("resumed after step 13"))
                #expect(try parts.data(Self.finalWeights) == whole.data(Self.finalWeights))
                #expect(try parts.stepLosses() == whole.stepLosses())
                #expect(try parts.epochLosses() == whole.epochLosses())
                #expect(try parts.summary().weightsSha256 == whole.summary().weightsSha256)
                #expect(try parts.summary().completed)
            }
        }

        @Test func aCheckpointElsewhereIsResumedByItsPath() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let (first, second) = (RunFiles("\(folder)/first"), RunFiles("\(folder)/second"))
                let everyFive = ["--set", "checkpoint.everySteps=5"]
                try expectSuccess(["--config", configuration, "--run-dir", first.path] + everyFive)
                let paths = ["checkpoints/step-00000010", "checkpoints", ""]
                for path in paths {
                    let run = try expectSuccess(
                        ranks: 2,
                        ["--config", configuration, "--run-dir", second.path, "--resume", "\(first.path)/\(path)"]
                    )
                    #expect(run.output.contains("resumed after step \(path.hasSuffix("10") ? 10 : 18)"))
                    #expect(try second.data(Self.finalWeights) == first.data(Self.finalWeights))
                    try FileManager.default.removeItem(atPath: second.path)
                }
            }
        }

        @Test func resumeNeverStartsANewRun() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let files = RunFiles("\(folder)/run")
                let arguments = ["--config", configuration, "--run-dir", files.path]
                try expectSuccess(arguments + ["--set", "training.seed=8"])
                let other = try files.summary().weightsSha256
                try Data("a note".utf8).write(to: URL(fileURLWithPath: "\(files.path)/notes.txt"))
                let anew = arguments + ["--max-steps", "2", "--resume"]
                let before = try files.contents()
                let refused = try ProgramRun(anew + ["never"])
                #expect(refused.exitCode == 64)
                #expect(refused.messages.first?.contains("training.seed was 8, now 7") == true, "\(refused.errors)")
                #expect(try files.contents() == before, "a finished run with other settings stays")
                try expectSuccess(anew + ["replace"])
                #expect(try files.checkpointNames() == ["best", "latest", "step-00000000", "step-00000002"])
                #expect(try files.stepLosses().count == 2)
                #expect(try files.summary().weightsSha256 != other)
                #expect(try files.text("notes.txt") == "a note", "what is not the run's stays")
            }
        }

        @Test(arguments: [nil, 2])
        func aCompletedRunIsUnchanged(ranks: Int?) throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.residual.write(to: folder)
                let files = RunFiles("\(folder)/run")
                let arguments = ["--config", configuration, "--run-dir", files.path, "--set", "training.epochs=1"]
                try expectSuccess(arguments)
                let before = try files.contents()
                let again = try expectSuccess(ranks: ranks, arguments)
                #expect(again.output.contains("nothing is left to do"))
                #expect(try files.contents() == before)
            }
        }

        /// With `fast` there are as many shards as ranks.
        @Test func aFastRunIsResumedOnAnotherNumberOfRanks() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let files = RunFiles("\(folder)/run")
                let fast = ["--config", configuration, "--run-dir", files.path, "--set", "parallel.reduction=fast"]
                try expectSuccess(ranks: 3, fast + ["--max-steps", "4"])
                let run = try expectSuccess(ranks: 2, fast)
                #expect(run.output.contains("resumed after step 4"))
                #expect(run.output.contains("a batch is cut into 2 shards from here on, into 3 before"))
                #expect(try files.summary().completed && files.summary().steps == 18)
            }
        }

        @Test(arguments: ["optimizer.learningRate=0.004", "augmentation.mirror=false", "training.epochs=1"])
        func aFinishedRunIsNotReusedForOtherSettings(override: String) throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let files = RunFiles("\(folder)/run")
                let arguments = ["--config", configuration, "--run-dir", files.path]
                try expectSuccess(arguments)
                let before = try files.contents()
                let run = try ProgramRun(arguments + ["--set", override])
                #expect(run.exitCode == 64)
                let key = override.prefix { $0 != "=" }
                #expect(run.messages.count == 1 && run.messages[0].contains("\(key) was "), "\(run.errors)")
                #expect(run.messages.first?.contains("--resume replace") == true)
                #expect(try files.contents() == before)
                // Not in another folder either.
                let elsewhere = ["--config", configuration, "--run-dir", "\(folder)/other", "--resume", files.path]
                #expect(try ProgramRun(elsewhere + ["--set", override]).exitCode == 64)
                #expect(!exists("\(folder)/other/summary.json"))
                // Settings without influence on the result may differ.
                try expectSuccess(arguments + ["--set", "logging.everySteps=5"])
                try expectSuccess(arguments + ["--set", override, "--resume", "replace"])
            }
        }

        @Test func resumingReportsChangedSettingsAndKeepsTheFormerConfiguration() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let files = RunFiles("\(folder)/run")
                let arguments = ["--config", configuration, "--run-dir", files.path]
                try expectSuccess(arguments + ["--max-steps", "4"])
                let former = try files.text("config.yaml")
                let run = try expectSuccess(arguments + ["--set", "optimizer.learningRate=0.004"])
                #expect(run.output.contains("optimizer.learningRate was 0.002, now 0.004"), "\(run.output)")
                #expect(try files.text("config-until-step-00000004.yaml") == former)
                #expect(try files.text("config.yaml").contains("learningRate: 0.004"))
            }
        }

        @Test func theConfigurationOfARunUsesItsOwnFolder() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let files = RunFiles("\(folder)/run")
                let named = ["--set", "run.directory=\(folder)/unrelated", "--set", "training.epochs=1"]
                try expectSuccess(["--config", configuration, "--run-dir", files.path] + named)
                #expect(try !files.text("config.yaml").contains("unrelated"))
                let run = try expectSuccess(["--config", "\(files.path)/config.yaml"])
                #expect(run.output.contains("\(files.path): complete after step 9"), "\(run.output)")
                #expect(!exists("\(folder)/unrelated"))
            }
        }

        /// A checkpoint outside of its run's folder, of which nobody knows the settings.
        @Test func aCheckpointBeyondTheLastEpochIsRefused() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let files = RunFiles("\(folder)/run")
                try expectSuccess(["--config", configuration, "--run-dir", files.path])
                let elsewhere = "\(folder)/step-00000018"
                try FileManager.default.copyItem(atPath: "\(files.path)/checkpoints/step-00000018", toPath: elsewhere)
                let run = try ProgramRun([
                    "--config", configuration, "--run-dir", "\(folder)/other", "--resume", elsewhere,
                    "--set", "training.epochs=1",
                ])
                let words = "the checkpoint is of step 18, and training.epochs ends with step 9"
                #expect(run.exitCode == 65)
                #expect(run.messages.count == 1 && run.messages[0].contains(words), "\(run.errors)")
                #expect(!exists("\(folder)/other/summary.json"))
            }
        }

        @Test(arguments: [
            ("training.globalBatchSize=32", "its run had training.globalBatchSize 24, this one has 32"),
            ("training.seed=8", "its run had training.seed 7, this one has 8"),
            ("dataset.limit=100", "its run had dataset.limit 200, this one has 100"),
            ("parallel.virtualShards=4", "its run had parallel.virtualShards 8, this one has 4"),
            ("optimizer.name=adamw", "its run had optimizer.name adam, this one has adamw"),
            ("network.layers[0].conv2d.outputChannels=9", "the checkpoint is of another network"),
        ])
        func anotherRunIsNotResumed(override: String, message: String) throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let files = RunFiles("\(folder)/run")
                let arguments = ["--config", configuration, "--run-dir", files.path]
                try expectSuccess(arguments + ["--max-steps", "2"])
                let before = try files.contents()
                let run = try ProgramRun(arguments + ["--set", override])
                #expect(run.exitCode == 65)
                #expect(run.messages.count == 1 && run.messages[0].contains(message), "\(run.errors)")
                #expect(run.messages.first?.contains("step-00000002") == true)
                #expect(try files.contents() == before)
            }
        }
    }
}

/// Runs the program, which must succeed.
@discardableResult
func expectSuccess(ranks: Int? = nil, _ arguments: [String]) throws -> ProgramRun {
    let run = try ProgramRun(ranks: ranks, arguments)
    try #require(run.exitCode == 0, "\(arguments): \(run.errors)")
    return run
}
