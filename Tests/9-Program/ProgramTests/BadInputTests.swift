import Foundation
import TestSupport
import Testing

extension ProgramTests {
    @Suite struct BadInputTests {
        /// A mistake, its exit code, and its message.
        struct Mistake: CustomTestStringConvertible {
            let arguments: [String]
            let exitCode: Int32
            let words: [String]
            var ranks: [Int?] = [nil, 3]

            init(_ arguments: String..., exitCode: Int32 = 64, ranks: [Int?] = [nil, 3], words: String...) {
                self.arguments = arguments
                self.exitCode = exitCode
                self.ranks = ranks
                self.words = words
            }

            var testDescription: String { arguments.joined(separator: " ") }
        }

        static let configurationMistakes = [
            Mistake("--set", "training.epoch=3", words: "--set: training.epoch: unknown key", "'epochs'"),
            Mistake("--set", "training.epochs=many", words: "training.epochs: needs a number", "'many'"),
            Mistake("--set", "training.epochs", ranks: [nil], words: "has no '='"),
            Mistake("--set", "network.layers[9]=relu", ranks: [nil], words: "has no item '9'"),
            Mistake(
                "--set",
                "network.layers[3]=relu",
                words: "convolutional.yaml:8: network.layers[5].linear",
                "flatten"
            ),
            Mistake(
                "--set",
                "network.layers[0].conv2d={outputChannels: 8, kernel: 9}",
                words: "network.layers[0].conv2d",
                "a 9×9 kernel does not fit an input of 8×8"
            ),
            Mistake("--set", "training.globalBatchSize=2", ranks: [3], words: "globalBatchSize is 2", "3 ranks"),
            Mistake("--set", "parallel.virtualShards=2", ranks: [3], words: "raise parallel.virtualShards"),
        ]

        @Test(arguments: configurationMistakes)
        func anErrorInTheConfigurationIsPrintedOnceAndNothingIsWritten(mistake: Mistake) throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let arguments = ["--config", configuration, "--run-dir", "\(folder)/run"] + mistake.arguments
                try expectOneMessage(of: mistake, arguments)
                #expect(!exists("\(folder)/run"))
            }
        }

        @Test func anUnknownKeyInTheFileIsLocated() throws {
            try withTemporaryFolder { folder in
                let path = try SmallNetwork.convolutional.write(to: folder)
                let text = try String(contentsOfFile: path, encoding: .utf8)
                try text.replacing("learningRate", with: "learningRat")
                    .write(toFile: path, atomically: true, encoding: .utf8)
                let words = "convolutional.yaml:9: optimizer.learningRat: unknown key; did you mean 'learningRate'?"
                try expectOneMessage(of: Mistake(words: words), ["--config", path, "--run-dir", "\(folder)/run"])
                #expect(!exists("\(folder)/run"))
            }
        }

        @Test func anUnreadableConfigurationIsReported() throws {
            try withTemporaryFolder { folder in
                let missing = Mistake(words: "\(folder)/no.yaml: no such configuration file")
                try expectOneMessage(of: missing, ["--config", "\(folder)/no.yaml"])
                try Data([0xFF, 0xFE]).write(to: URL(fileURLWithPath: "\(folder)/binary.yaml"))
                let binary = Mistake(ranks: [nil], words: "binary.yaml:1: isn't UTF-8 text")
                try expectOneMessage(of: binary, ["--config", "\(folder)/binary.yaml"])
                try Data("network: [".utf8).write(to: URL(fileURLWithPath: "\(folder)/broken.yaml"))
                try expectOneMessage(
                    of: Mistake(ranks: [nil], words: "broken.yaml:"),
                    ["--config", "\(folder)/broken.yaml"]
                )
            }
        }

        @Test(arguments: [
            (["--bogus"], "Unknown option '--bogus'"), (["--max-steps", "-1"], "--max-steps is -1, 1 or more needed"),
            (["--run-dir", ""], "--run-dir is empty"),
            (["--max-time", "soon"], "seconds or DD:HH:MM:SS needed"),
            (["--resume", ""], "'auto', 'never', 'replace' or a path"),
        ])
        func badUsageIsReportedWithTheUsage(arguments: [String], message: String) throws {
            for ranks in [nil, 2] {
                let run = try ProgramRun(ranks: ranks, ["--config", "digits-cnn"] + arguments)
                #expect(run.exitCode == 64)
                #expect(run.errors.components(separatedBy: "Error: ").count == 2, "once: \(run.errors)")
                #expect(run.errors.contains(message) && run.errors.contains("Usage: swift-dp-train"))
            }
        }

        @Test func anUnwritableFolderIsReportedBeforeTheFirstStep() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                try Data().write(to: URL(fileURLWithPath: "\(folder)/file"))
                let runFolder = Mistake("--run-dir", "\(folder)/file", exitCode: 74, words: "/file: is a file")
                try expectOneMessage(of: runFolder, ["--config", configuration] + runFolder.arguments)
                let trace = Mistake("--trace", "\(folder)/none/t.json", exitCode: 74, words: "no folder \(folder)/none")
                let arguments = ["--config", configuration, "--run-dir", "\(folder)/run"] + trace.arguments
                try expectOneMessage(of: trace, arguments)
                #expect(!exists("\(folder)/run"))
            }
        }

        @Test func aMissingCheckpointIsReportedWithoutAConfiguration() throws {
            try withTemporaryFolder { folder in
                try Data("hello".utf8).write(to: URL(fileURLWithPath: "\(folder)/text"))
                for (name, words) in [("none", "no such file or folder"), ("text", "not a safetensors file")] {
                    let mistake = Mistake(exitCode: 65, ranks: [nil], words: "\(folder)/\(name): ", words)
                    try expectOneMessage(of: mistake, ["evaluate", "--checkpoint", "\(folder)/\(name)"])
                }
            }
        }

        /// Its first 8 bytes show that it isn't one, and reading all of it would exceed the limit.
        @Test func aHugeFileThatIsNotACheckpointIsRefusedImmediately() throws {
            try withTemporaryFolder { folder in
                let path = "\(folder)/x.safetensors"
                try Data().write(to: URL(fileURLWithPath: path))
                let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
                try handle.truncate(atOffset: 60_000_000_000)
                try handle.close()
                for arguments in [["--checkpoint", path], ["--checkpoint", path, "--config", "digits-cnn"]] {
                    let run = try ProgramRun(["evaluate"] + arguments, shell: "ulimit -v 8000000")
                    #expect(run.exitCode == 65)
                    #expect(run.messages.count == 1 && run.messages[0].contains("x.safetensors: "), "\(run.errors)")
                    #expect(run.seconds < 10)
                }
            }
        }

        @Test(arguments: [
            (
                ["inspect", "--config", "experiments/sweep-digits"],
                "parameters: belongs to a sweep; a run's configuration"
            ),
            (["sweep", "digits-mlp"], "network: belongs to a run's configuration; a sweep is needed"),
            (
                ["verdict", "--config", "experiments/sweep-digits"],
                "belongs to a sweep; a list of experiments is needed"
            ),
            (["bench", "--layer", "conv2d: {channels: 3}"], "--layer: conv2d.channels: unknown key; did you mean"),
        ])
        func aFileOrLayerOfAnotherKindIsReported(arguments: [String], message: String) throws {
            try expectOneMessage(of: Mistake(ranks: [nil], words: message), arguments)
        }

        @Test(arguments: [("SWIFT_DP_THREADS", "0"), ("SWIFT_DP_THREADS", "two"), ("SWIFT_DP_VECTOR", "mmx")])
        func anInvalidEnvironmentVariableIsReported(variable: String, value: String) throws {
            let run = try ProgramRun(["inspect", "--config", "digits-mlp"], shell: "export \(variable)=\(value)")
            #expect(run.exitCode == 64)
            #expect(run.messages.count == 1 && run.messages[0].contains("\(variable) is '\(value)'"), "\(run.errors)")
        }

        @Test(arguments: [
            (["pictures", "--test-fraction", "2"], "--test-fraction: 2.0 found, a number between 0 and 1 needed"),
            (["--config", "digits-mlp", "--test-fraction", "0.5"], "--table or --test-fraction found with --config"),
            (["--config", "digits-mlp", "--table"], "--table or --test-fraction found with --config"),
        ])
        func optionsForPicturesAreCheckedByInspect(arguments: [String], message: String) throws {
            let run = try ProgramRun(["data", "inspect"] + arguments)
            #expect(run.exitCode == 64)
            #expect(run.errors.contains(message), "\(run.errors)")
        }

        @Test func optionsForStepsAreRefusedForALayer() throws {
            let run = try ProgramRun(["bench", "--layer", "relu", "--steps", "2"])
            #expect(run.exitCode == 64)
            #expect(run.errors.contains("--trace and --set need --config"))
        }

        @Test func aWarmUpLongerThanTheRunIsWarnedAbout() throws {
            let longWarmup = ["--set", "schedule.warmupEpochs=50", "--dry-run"]
            let run = try expectSuccess(["--config", "digits-mlp"] + longWarmup)
            #expect(
                run.output.contains("digits-mlp.yaml: schedule.warmupEpochs is 50.0, more than training.epochs, 30")
            )
            #expect(!(try expectSuccess(["--config", "digits-mlp", "--dry-run"])).output.contains("warning"))
        }

        static let dataMistakes = [
            SyntheticCIFAR10.Damage.missing("data_batch_3.bin"): "data_batch_3.bin: not found",
            .length("data_batch_2.bin", 30_729_999): "data_batch_2.bin: 30729999 bytes found, 30730000 expected",
            .label("data_batch_1.bin", record: 7, 200): "data_batch_1.bin: record 7 has label 200, 0 to 9 expected",
        ]

        @Test(arguments: dataMistakes)
        func brokenDataIsReported(damage: SyntheticCIFAR10.Damage, message: String) throws {
            try withTemporaryFolder { folder in
                try SyntheticCIFAR10.write(to: "\(folder)/data", damage)
                let root = ["--set", "dataset.root=\(folder)/data", "--run-dir", "\(folder)/run"]
                let mistake = Mistake(exitCode: 65, words: message, "data fetch cifar10", "dataset.root=FOLDER")
                try expectOneMessage(of: mistake, ["--config", "cnn"] + root)
                #expect(!exists("\(folder)/run"))
                let verification = try ProgramRun(["data", "verify", "cifar10", "--root", "\(folder)/data"])
                #expect(!verification.errors.contains("remove"), "the folder may be the user's own")
                #expect(verification.exitCode == 65)
                #expect(verification.messages.count == 1 && verification.messages[0].contains(message))
            }
        }

        @Test func completeDataIsVerifiedAndTrainedOn() throws {
            try withTemporaryFolder { folder in
                try SyntheticCIFAR10.write(to: folder)
                let verification = try expectSuccess(["data", "verify", "cifar10", "--root", folder])
                #expect(verification.output.contains("\(folder)/cifar-10-batches-bin"))
                let data = ["--set", "dataset.root=\(folder)", "--set", "dataset.limit=64"]
                let run = try expectSuccess(["--config", "cnn", "--dry-run", "--run-dir", "\(folder)/run"] + data)
                #expect(run.output.contains("on 64 images"))
            }
        }

        @Test func aFailedFetchLeavesNoDataSet() throws {
            try withTemporaryFolder { folder in
                // There is no server on port 1.
                let url = "http://127.0.0.1:1/cifar-10-binary.tar.gz"
                let run = try ProgramRun(["data", "fetch", "cifar10", "--root", folder, "--url", url])
                #expect(run.exitCode == 74)
                #expect(run.messages.count == 1 && run.messages[0].contains(url), "\(run.errors)")
                #expect(!exists("\(folder)/cifar-10-batches-bin"))
                let checksum = try ProgramRun(["data", "fetch", "cifar10", "--root", folder, "--md5", "12"])
                #expect(checksum.exitCode == 64)
                #expect(try ProgramRun(["data", "fetch", "imagenet", "--root", folder]).exitCode == 64)
            }
        }

        private func expectOneMessage(of mistake: Mistake, _ arguments: [String]) throws {
            for ranks in mistake.ranks {
                let run = try ProgramRun(ranks: ranks, arguments)
                #expect(run.exitCode == mistake.exitCode)
                #expect(run.messages.count == 1, "\(run.errors)")
                for word in mistake.words { #expect(run.messages.first?.contains(word) == true, "\(run.errors)") }
                #expect(run.seconds < 20)
            }
        }
    }
}

/// A data set of black airplanes in CIFAR-10's layout and size, in sparse files.
enum SyntheticCIFAR10 {
    /// What is wrong with the data set.
    enum Damage: Hashable, Sendable {
        case missing(String)
        case length(String, Int)
        case label(String, record: Int, UInt8)
    }

    private static let fileNames = (1...5).map { "data_batch_\($0).bin" } + ["test_batch.bin"]
    private static let recordByteCount = 1 + 3 * 32 * 32

    static func write(to root: String, _ damage: Damage? = nil) throws {
        let folder = URL(fileURLWithPath: "\(root)/cifar-10-batches-bin")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in fileNames {
            if case .missing(name) = damage { continue }
            let file = folder.appendingPathComponent(name)
            try Data().write(to: file)
            let handle = try FileHandle(forWritingTo: file)
            if case .length(name, let length) = damage {
                try handle.truncate(atOffset: UInt64(length))
            } else {
                try handle.truncate(atOffset: UInt64(10_000 * recordByteCount))
            }
            if case .label(name, let record, let label) = damage {
                try handle.seek(toOffset: UInt64(record * recordByteCount))
                try handle.write(contentsOf: [label])
            }
            try handle.close()
        }
    }
}
