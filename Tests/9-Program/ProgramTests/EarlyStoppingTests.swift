import Foundation
import Metrics
import TestSupport
import Testing

extension ProgramTests {
    /// `training.patience`, and what a run keeps of its best epoch.
    @Suite struct EarlyStoppingTests {
        private static let options = ["--set", "training.epochs=60", "--set", "training.patience=2"]

        @Test(arguments: [["--set", "evaluation.everyEpochs=2"], []])
        func aRunEndsEarlyInTheSameBitsOnAnyRanksAndAfterStops(evaluation: [String]) throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let (whole, parts) = (RunFiles("\(folder)/whole"), RunFiles("\(folder)/parts"))
                let arguments = ["--config", configuration] + Self.options + evaluation
                let run = try expectSuccess(arguments + ["--run-dir", whole.path])
                let summary = try whole.summary()
                #expect(summary.completed && summary.epochs < 60, "\(summary.epochs)")
                #expect(summary.stoppedBecause?.contains("no better test accuracy for 2 epochs, best after") == true)
                #expect(run.output.contains("ended early after epoch \(summary.epochs): no better"), "\(run.output)")
                let best = try #require(summary.bestEpoch)
                #expect(summary.bestOn == "test")
                #expect(summary.epochs - best >= 2 && summary.epochs - best <= 3)

                // Stopped after an epoch, which then is evaluated, in mid-epoch, and as if killed before it wrote its last
                // checkpoint; on other ranks.
                let onward = arguments + ["--run-dir", parts.path]
                try expectSuccess(ranks: 2, onward + ["--max-epochs", "1"])
                try expectSuccess(onward + ["--max-steps", "13"])
                try expectSuccess(onward + ["--max-steps", "24"])
                try FileManager.default.removeItem(atPath: "\(parts.path)/checkpoints/step-00000024")
                try expectSuccess(ranks: 3, onward)
                #expect(try parts.summary().weightsSha256 == summary.weightsSha256)
                #expect(try parts.summary().epochs == summary.epochs)
                #expect(try parts.summary().bestEpoch == best)

                let again = try expectSuccess(onward)
                #expect(again.output.contains("nothing is left to do"), "\(again.output)")
                let step = SmallNetwork.stepsPerEpoch * best
                #expect(try whole.text("checkpoints/best").hasSuffix("\(step)\n"))
            }
        }

        @Test func choicesAreMadeOnTheValidationPart() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let sweep = """
                    config: \(configuration)
                    directory: \(folder)/trials
                    set: {training.epochs: 20, training.patience: 1, evaluation.on: validation,
                      dataset.validationFraction: 0.25}
                    parameters: {optimizer.learningRate: [0.002, 0.003]}
                    """
                try sweep.write(toFile: "\(folder)/sweep.yaml", atomically: true, encoding: .utf8)
                let run = try expectSuccess(["sweep", "\(folder)/sweep.yaml"])
                #expect(run.output.contains("chosen on the validation images"), "\(run.output)")
                let summary = try RunFiles("\(folder)/trials/trial-0000").summary()
                #expect(summary.validationAccuracy != nil && summary.epochs < 20)
                #expect(summary.stoppedBecause?.contains("no better validation accuracy for 1 epoch") == true)
                let again = try expectSuccess(["sweep", "\(folder)/sweep.yaml"])
                #expect(again.errors.contains("2 of 2 runs are there"), "\(again.errors)")
                let compared = try expectSuccess(["compare", "--best", "\(folder)/trials"]).output
                #expect(compared.contains("  best validation accuracy  ") && compared.contains("  best epoch  "))
            }
        }

        @Test func aRunKeepsWhatItReallyUsed() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let files = RunFiles("\(folder)/run")
                try expectSuccess(["--config", configuration, "--run-dir", files.path, "--max-steps", "2"])
                let text = try files.text("config.yaml")
                for words in [
                    "dataset.mean: [0.3", "dataset.deviation: [0.3", "parallel.threadsPerRank: ", "dataset.root: ",
                ] {
                    #expect(text.contains("\n#   \(words)"), "\(words) in \(text)")
                }
                let state = try Data(
                    contentsOf: URL(fileURLWithPath: "\(files.path)/checkpoints/step-00000002/state.safetensors")
                )
                let names = #"\"0\",\"1\",\"2\""#
                #expect(String(decoding: state.prefix(4096), as: UTF8.self).contains(names), "class names")
                try expectSuccess(["evaluate", "--checkpoint", files.path])
            }
        }
    }
}
