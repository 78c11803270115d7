import Foundation
import Metrics
import TestSupport
import Testing

extension ProgramTests {
    @Suite struct ResumeTests {
        static let finalWeights = "checkpoints/step-00000018/model.safetensors"

        @Test(arguments: SmallNetwork.allCases)
        func aRunThatIsStoppedAndResumedOnOtherRanksEndsInTheSameBytes(network: SmallNetwork) throws {
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

        @Test func resumeNeverStartsAnew() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let files = RunFiles("\(folder)/run")
                let arguments = ["--config", configuration, "--run-dir", files.path]
                try expectSuccess(arguments + ["--set", "training.seed=8"])
                let other = try files.summary().weightsSha256
                try Data("a note".utf8).write(to: URL(fileURLWithPath: "\(files.path)/notes.txt"))
                try expectSuccess(arguments + ["--resume", "never", "--max-steps", "2"])
                #expect(try files.checkpointNames() == ["latest", "step-00000000", "step-00000002"])
                #expect(try files.stepLosses().count == 2)
                #expect(try files.summary().weightsSha256 != other)
                #expect(try files.text("notes.txt") == "a note", "what is not the run's stays")
            }
        }

        @Test(arguments: [nil, 2])
        func aCompleteRunIsLeftAsItIs(ranks: Int?) throws {
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

/// Runs the program, which has to end well.
@discardableResult
func expectSuccess(ranks: Int? = nil, _ arguments: [String]) throws -> ProgramRun {
    let run = try ProgramRun(ranks: ranks, arguments)
    try #require(run.exitCode == 0, "\(arguments): \(run.errors)")
    return run
}
