import Foundation
import TestSupport
import Testing

extension ProgramTests {
    @Suite struct DamagedCheckpointTests {
        static let weights = "checkpoints/step-00000004/model.safetensors"

        /// The damage to the newest weights, and the message about it.
        static let damages: [(change: @Sendable (inout Data) -> Void, words: String)] = [
            ({ $0.removeLast(100) }, "bytes expected"), ({ $0[$0.count - 1] ^= 1 }, "the file is damaged"),
        ]

        @Test(arguments: 0..<2, [nil, 3])
        func aDamagedCheckpointIsRefused(damage: Int, ranks: Int?) throws {
            try withTemporaryFolder { folder in
                let (files, arguments) = try damagedRun(in: folder, damage)
                let step = "\(files.path)/checkpoints/step-00000004"
                let words = Self.damages[damage].words
                for command in [["evaluate", "--checkpoint", step], arguments + ["--resume", step]] {
                    let run = try ProgramRun(ranks: ranks, command)
                    #expect(run.exitCode == 65)
                    #expect(run.messages.count == 1 && run.messages[0].contains(words), "\(run.errors)")
                    #expect(run.messages.first?.contains(Self.weights) == true)
                }
            }
        }

        @Test(arguments: 0..<2)
        func theNewestGoodCheckpointIsResumedAndTheBadOneNamed(damage: Int) throws {
            try withTemporaryFolder { folder in
                let (files, arguments) = try damagedRun(in: folder, damage)
                let run = try expectSuccess(ranks: 2, arguments + ["--max-steps", "4"])
                #expect(run.output.contains("resumed after step 2"))
                #expect(run.output.contains("checkpoint step-00000004 is passed over"))
                #expect(run.output.contains(Self.damages[damage].words))
                let whole = RunFiles("\(folder)/whole")
                try expectSuccess(["--config", arguments[1], "--run-dir", whole.path, "--max-steps", "4"])
                #expect(try files.data(Self.weights) == whole.data(Self.weights), "it is written anew")
            }
        }

        @Test func weightsOfAnotherNetworkAreNotEvaluated() throws {
            try withTemporaryFolder { folder in
                let (files, _) = try damagedRun(in: folder, nil)
                let other = try SmallNetwork.residual.write(to: folder)
                for ranks in [nil, 3] {
                    let run = try ProgramRun(
                        ranks: ranks,
                        ["evaluate", "--checkpoint", "\(files.path)/\(Self.weights)", "--config", other]
                    )
                    #expect(run.exitCode == 65)
                    #expect(run.messages.count == 1 && run.messages[0].contains("of another network"), "\(run.errors)")
                }
            }
        }

        @Test func aPathWithoutACheckpointIsReported() throws {
            try withTemporaryFolder { folder in
                let (files, arguments) = try damagedRun(in: folder, nil)
                let evaluation = try ProgramRun([
                    "evaluate", "--checkpoint", "\(folder)/none", "--config", "digits-cnn",
                ])
                #expect(evaluation.exitCode == 65 && evaluation.messages.count == 1)
                #expect(evaluation.messages.first?.contains("none: not a checkpoint") == true)
                let new = ["--run-dir", "\(folder)/new"]
                let resumed = try ProgramRun(arguments.prefix(2) + new + ["--resume", "\(files.path)/\(Self.weights)"])
                #expect(resumed.exitCode == 65 && resumed.messages.count == 1)
                #expect(resumed.messages.first?.contains("weights alone can be evaluated") == true)
                #expect(!exists("\(folder)/new"))
            }
        }

        /// A run of four steps with a checkpoint after every second step.
        private func damagedRun(in folder: String, _ damage: Int?) throws -> (files: RunFiles, arguments: [String]) {
            let files = RunFiles("\(folder)/run")
            let configuration = try SmallNetwork.convolutional.write(to: folder)
            let arguments = [
                "--config", configuration, "--run-dir", files.path, "--set", "checkpoint.everySteps=2",
            ]
            try expectSuccess(arguments + ["--max-steps", "4"])
            if let damage {
                var bytes = try files.data(Self.weights)
                Self.damages[damage].change(&bytes)
                try bytes.write(to: URL(fileURLWithPath: "\(files.path)/\(Self.weights)"))
            }
            return (files, arguments)
        }
    }
}
