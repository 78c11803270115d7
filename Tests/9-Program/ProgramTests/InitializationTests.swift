import Foundation
import Metrics
import TestSupport
import Testing

extension ProgramTests {
    /// `--initialize-from`: a new run with the weights of another.
    @Suite(.timeLimit(.minutes(10))) struct InitializationTests {
        private static let firstWeights = "checkpoints/step-00000000/model.safetensors"
        private static let keepAll = ["--set", "checkpoint.keepLast=9"]

        @Test(arguments: SmallNetwork.allCases)
        func aRunBeginsWithTheWeightsOfAnotherAndEndsWithTheSameBytesOnAnyRanks(network: SmallNetwork) throws {
            try withTemporaryFolder { folder in
                let configuration = try network.write(to: folder)
                let source = RunFiles("\(folder)/source")
                let seed = ["--set", "training.seed=3"]
                try expectSuccess(["--config", configuration, "--run-dir", source.path] + seed)
                let start = ["--config", configuration, "--initialize-from", source.path] + Self.keepAll
                var ends: Set<Data> = []
                for ranks in [nil, 2, 4] {
                    let files = RunFiles("\(folder)/from-\(ranks ?? 1)")
                    let run = try expectSuccess(ranks: ranks, start + ["--run-dir", files.path])
                    #expect(run.output.contains("weights of \(source.path), SHA-256 "), "\(run.output)")
                    #expect(try files.data(Self.firstWeights) == source.data(ResumeTests.finalWeights))
                    let summary = try files.summary()
                    #expect(summary.initializedFrom == source.path)
                    #expect(try summary.initializedFromSha256 == source.summary().weightsSha256)
                    #expect(try files.text("config.yaml").contains("#   --initialize-from: \(source.path), SHA-256 "))
                    ends.insert(try files.data(ResumeTests.finalWeights))
                }
                #expect(ends.count == 1)
                #expect(try source.summary().initializedFrom == nil)
                #expect(try ends.first != source.data(ResumeTests.finalWeights))
            }
        }

        /// The source is removed, so that nobody can take its weights a second time.
        @Test func aRunThatGoesOnKeepsItsOwnWeights() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.residual.write(to: folder)
                let (source, whole, parts) = (
                    RunFiles("\(folder)/source"), RunFiles("\(folder)/whole"), RunFiles("\(folder)/parts")
                )
                try expectSuccess(["--config", configuration, "--run-dir", source.path, "--max-steps", "5"])
                let weights = "\(source.path)/checkpoints/step-00000005/model.safetensors"
                let start = ["--config", configuration, "--initialize-from", weights]
                try expectSuccess(start + ["--run-dir", whole.path])
                try expectSuccess(ranks: 2, start + ["--run-dir", parts.path, "--max-steps", "4"])
                try FileManager.default.removeItem(atPath: source.path)
                let again = try expectSuccess(start + ["--run-dir", parts.path, "--max-steps", "9"])
                #expect(again.output.contains("resumed after step 4"))
                let others = ["--config", configuration, "--run-dir", parts.path]
                let refused = try ProgramRun(others + ["--initialize-from", "\(folder)/elsewhere"])
                #expect(refused.exitCode == 64 && refused.messages.count == 1, "\(refused.errors)")
                #expect(refused.messages.first?.contains("began with the weights of \(weights)") == true)
                try expectSuccess(ranks: 3, others)
                #expect(try parts.data(ResumeTests.finalWeights) == whole.data(ResumeTests.finalWeights))
                #expect(try parts.summary().initializedFrom == weights)
            }
        }

        @Test func layersThatDoNotFitAreListedAndRefusedUnlessAllowed() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let (source, files) = (RunFiles("\(folder)/source"), RunFiles("\(folder)/run"))
                try expectSuccess(["--config", configuration, "--run-dir", source.path, "--max-steps", "2"])
                let wider = ["--set", "network.layers[5]=linear: {outputFeatures: 10, bias: false}"]
                let start =
                    ["--config", configuration, "--run-dir", files.path, "--initialize-from", source.path] + wider
                for ranks in [nil, 2] {
                    let refused = try ProgramRun(ranks: ranks, start)
                    #expect(refused.exitCode == 65 && refused.messages.count == 1, "\(refused.errors)")
                    let message = refused.messages.first ?? ""
                    #expect(message.contains("step-00000002: not all of these weights fit"), "\(message)")
                    #expect(message.contains("5.bias: none expected, [10] found"), "\(message)")
                    #expect(message.contains("--allow-missing"))
                    #expect(!exists("\(files.path)/config.yaml"))
                }
                let dry = try ProgramRun(start + ["--dry-run"])
                #expect(dry.exitCode == 65 && !exists(files.path), "\(dry.errors)")
                let run = try expectSuccess(start + ["--allow-missing"])
                #expect(run.output.contains("5.bias: none expected, [10] found"), "\(run.output)")
                #expect(try files.summary().completed)
            }
        }

        @Test func weightsOfAnotherNetworkAreRefusedEvenWhereSomeMayBeMissing() throws {
            try withTemporaryFolder { folder in
                let (source, target) = (
                    try SmallNetwork.residual.write(to: folder), try SmallNetwork.convolutional.write(to: folder)
                )
                try expectSuccess(["--config", source, "--run-dir", "\(folder)/source", "--max-steps", "1"])
                let run = try ProgramRun(
                    ["--config", target, "--run-dir", "\(folder)/run", "--initialize-from", "\(folder)/source"]
                        + ["--allow-missing", "--set", "network.layers[0].conv2d.outputChannels=9"]
                )
                #expect(run.exitCode == 65 && run.messages.count == 1, "\(run.errors)")
                #expect(run.messages.first?.contains("none fits: these are weights of another network") == true)
                #expect(!exists("\(folder)/run/config.yaml"))
            }
        }

        @Test(arguments: [
            (["--allow-missing"], "--allow-missing needs --initialize-from"),
            (["--initialize-from", ""], "--initialize-from is empty"),
            (["--initialize-from", "a", "--resume", "b"], "one of them needed"),
        ])
        func optionsThatDoNotGoTogetherAreRefused(options: [String], words: String) throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let run = try ProgramRun(["--config", configuration, "--run-dir", "\(folder)/run"] + options)
                #expect(run.exitCode == 64 && run.errors.contains(words), "\(run.errors)")
                #expect(!exists("\(folder)/run"))
            }
        }

        @Test func aPathWithoutWeightsIsAnError() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let run = try ProgramRun(
                    ["--config", configuration, "--run-dir", "\(folder)/run", "--initialize-from", "\(folder)/none"]
                )
                #expect(run.exitCode == 65 && run.messages.count == 1, "\(run.errors)")
                #expect(run.messages.first?.contains("none: not a checkpoint: no such file or folder") == true)
                #expect(!exists("\(folder)/run/config.yaml"))
            }
        }
    }
}
