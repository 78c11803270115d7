import Foundation
import TestSupport
import Testing

extension ProgramTests {
    /// `--quiet`, `--verbose` and `--json` of the commands that answer something.
    @Suite struct AnswerFormTests {
        private func lines(_ arguments: [String]) throws -> [Substring] {
            try expectSuccess(arguments).output.split(separator: "\n")
        }

        private func object(_ arguments: [String]) throws -> [String: Any] {
            let lines = try lines(arguments)
            #expect(lines.count == 1, "an object a line")
            return try #require(JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
        }

        @Test func inspectAnswersInALineOrWithEverything() throws {
            let line = try lines(["inspect", "digits-cnn", "--quiet"])
            #expect(line.count == 1 && line[0].hasPrefix("38,282 parameters, "))
            let all = try expectSuccess(["inspect", "digits-cnn", "-v"]).output
            #expect(all.contains("0.weight  16×1×3×3") && all.contains("globalBatchSize: 32"), "\(all)")
            #expect(try object(["inspect", "digits-cnn", "--json"])["parameters"] as? Int == 38_282)
            let both = try ProgramRun(["inspect", "digits-cnn", "--quiet", "--json"])
            #expect(both.exitCode == 64 && both.errors.contains("one of --quiet, --verbose and --json at most"))
        }

        @Test func evaluateSaysWhichCheckpointItUsesAndTakesTheBest() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.residual.write(to: folder)
                let run = "\(folder)/run"
                try expectSuccess(["--config", configuration, "--run-dir", run, "--quiet"])
                let evaluate = ["evaluate", "--checkpoint", run]
                let usual = try lines(evaluate)
                #expect(usual[0].hasPrefix("\(run)/checkpoints/step-00000018: test accuracy "), "\(usual[0])")
                let quiet = try lines(evaluate + ["--quiet"])
                #expect(quiet.count == 1 && usual[0].hasSuffix(quiet[0]))
                let verbose = try lines(evaluate + ["--verbose"])
                #expect(verbose[0].contains(" by \(run)/config.yaml, 1 rank, "), "\(verbose[0])")
                let json = try object(evaluate + ["--json"])
                #expect(json["checkpoint"] as? String == "\(run)/checkpoints/step-00000018")
                let name = try RunFiles(run).text("checkpoints/best").trimmingCharacters(in: .newlines)
                let best = try object(evaluate + ["--best", "--json"])
                #expect(best["checkpoint"] as? String == "\(run)/checkpoints/\(name)")
            }
        }

        @Test func compareAndVerifyAnswerInALine() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                for (index, rate) in [0.002, 0.0001].enumerated() {
                    try expectSuccess([
                        configuration, "--run-dir", "\(folder)/runs/\(index)", "--quiet", "--set",
                        "optimizer.learningRate=\(rate)", "--set", "logging.everySteps=\(index + 1)",
                    ])
                }
                let compare = try lines(["compare", "\(folder)/runs", "--quiet"])
                #expect(compare.count == 1 && compare[0].contains("(learningRate 0.002) is more accurate than"))
                let table = try expectSuccess(["compare", "\(folder)/runs"]).output
                #expect(table.contains("  learningRate  ") && !table.contains("  everySteps  "))
                let json = try expectSuccess(["compare", "\(folder)/runs", "--json"]).output
                #expect(
                    json.hasSuffix("}\n") && json.split(separator: "\n", omittingEmptySubsequences: false).count == 2
                )
                let everything = try expectSuccess(["compare", "\(folder)/runs", "--verbose"]).output
                #expect(everything.contains("  everySteps  "))
                let verify = try lines(["verify", configuration, "--ranks", "1,2", "--steps", "1", "--quiet"])
                #expect(verify.count == 1 && verify[0].count == 64 && verify[0].allSatisfy(\.isHexDigit), "\(verify)")
            }
        }
    }
}
