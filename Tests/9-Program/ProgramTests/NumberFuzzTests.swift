import ConfigurationFiles
import Foundation
import TestSupport
import Testing

extension ProgramTests {
    /// Whatever number is given, the run starts or the number is refused; nothing traps.
    ///
    /// The environment variable `SWIFT_DP_FUZZ` multiplies the rounds.
    @Suite struct NumberFuzzTests {
        private static let values = [
            "0", "-1", "1", "0.5", "-0.0", "65536.5", "1e-50", "1e-320", "0.99999999", "1e30", "1e39", "1e300",
            "-1e300",
            "9223372036854775807", "-9223372036854775808", "9223372036854775808", "1e19", "2147483648", "4294967296",
            "1048576", ".inf", "-.inf", ".nan", "1e999",
        ]
        private static let settings = [
            "optimizer={name: adamw, clipNorm: 1}", "optimizer={name: sgd, momentum: 0.9}",
            "schedule={name: step, stepEpochs: 1}", "schedule={name: cosine}", "schedule={name: oneCycle}",
            "schedule={name: constant, warmupEpochs: 1}",
        ]
        private static let rounds = max(1, Int(ProcessInfo.processInfo.environment["SWIFT_DP_FUZZ"] ?? "") ?? 1)

        @Test func noNumberInAConfigurationTraps() throws {
            var random = SplitMix64(seed: 15)
            try withTemporaryFolder { folder in
                let path = try SmallNetwork.residual.write(to: folder)
                let cases = try Self.settings.flatMap { setting in
                    try Self.numericKeys(of: path, setting).map { (setting, $0) }
                }
                #expect(cases.count > 150, "the keys are found")
                for round in 0..<60 * Self.rounds {
                    guard let (setting, key) = cases.randomElement(using: &random),
                        let value = Self.values.randomElement(using: &random)
                    else { return }
                    let list = key.hasSuffix("[]")
                    let override = list ? "\(key.dropLast(2))=[\(value)]" : "\(key)=\(value)"
                    let arguments = [
                        "--config", path, "--set", setting, "--set", override, "--run-dir", "\(folder)/run",
                    ]
                    let end = round.isMultiple(of: 3) ? ["--max-steps", "1"] : ["--dry-run"]
                    try expectNoTrap(arguments + end)
                    try? FileManager.default.removeItem(atPath: "\(folder)/run")
                }
            }
        }

        @Test(arguments: [
            ["schedule={name: step, stepEpochs: 9223372036854775807}"], ["schedule.warmupEpochs=1e300"],
            ["schedule={name: oneCycle, peakFraction: 1}"], ["training.seed=9223372036854775807"],
            ["checkpoint.keepLast=9223372036854775807", "checkpoint.keepBest=9223372036854775807"],
            ["checkpoint.everySteps=9223372036854775807", "logging.everySteps=9223372036854775807"],
            ["evaluation.everyEpochs=9223372036854775807", "dataset.limit=9223372036854775807"],
        ])
        func extremeNumbersDoNotTrap(overrides: [String]) throws {
            try withTemporaryFolder { folder in
                let arguments = ["--config", try SmallNetwork.convolutional.write(to: folder)]
                try expectNoTrap(
                    arguments + overrides.flatMap { ["--set", $0] } + [
                        "--max-steps", "1", "--run-dir", "\(folder)/run",
                    ]
                )
            }
        }

        @Test(arguments: [
            ["--config", "digits-cnn", "--dry-run", "--max-time"],
            ["--config", "digits-cnn", "--dry-run", "--max-steps"],
            ["--config", "digits-cnn", "--dry-run", "--max-epochs"],
            ["bench", "--layer", "relu", "--seconds", "0.01", "--batch"], ["bench", "--layer", "relu", "--seconds"],
            ["verify", "--config", "digits-cnn", "--ranks", "1,99999999", "--steps"],
            ["explain", "--checkpoint", "none", "--images"],
            ["evaluate", "--checkpoint", "none", "--shift-pixels"], ["sweep", "none", "--trials"],
        ])
        func noNumberOnTheCommandLineTraps(arguments: [String]) throws {
            for value in Self.values where arguments.first != "bench" || !Self.takeLong.contains(value) {
                let run = try ProgramRun(arguments + [value])
                #expect([0, 64, 65].contains(run.exitCode), "\(value): \(run.exitCode) \(run.errors)")
            }
        }

        /// Valid for `bench`, but slow.
        private static let takeLong = ["1", "0.5", "65536.5", "1048576"]

        /// The run starts, or is refused as bad usage; numbers too large for training may lead to infinite weights.
        private func expectNoTrap(_ arguments: [String]) throws {
            let run = try ProgramRun(arguments)
            let isDiverged = run.exitCode == 65 && run.errors.contains("not finite")
            #expect(
                run.exitCode == 0 || run.exitCode == 64 || isDiverged,
                "\(arguments): \(run.exitCode) \(run.errors)"
            )
        }

        /// The keys of a complete configuration that contain numbers or null.
        private static func numericKeys(of path: String, _ setting: String) throws -> [String] {
            let configuration = try Configuration.load(path: path, overrides: [setting])
            var section = ""
            var keys = ["dataset.mean[]", "dataset.deviation[]"]
            for line in configuration.resolvedYAML().split(separator: "\n") {
                if let match = line.wholeMatch(of: /(\w+):/) { section = String(match.1) }
                if let match = line.wholeMatch(of: /\s\s(\w+): (null|[-+.0-9e]+)/), section != "run" {
                    keys.append("\(section).\(match.1)")
                }
            }
            let layer = "network.layers[0].conv2d"
            return keys + ["outputChannels", "kernel", "stride", "padding"].map { "\(layer).\($0)" }
                + ["momentum", "epsilon"].map { "network.layers[1].batchNorm2d.\($0)" }
                + ["network.layers[6].linear.outputFeatures"]
        }
    }
}
