import Foundation
import Metrics
import TestSupport
import Testing

extension ProgramTests {
    @Suite struct CommandLineTests {
        @Test(arguments: [nil, 3])
        func aDryRunPrintsThePlanAndWritesNothing(ranks: Int?) throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.residual.write(to: folder)
                let arguments = ["--config", configuration, "--run-dir", "\(folder)/run", "--dry-run"]
                let run = try expectSuccess(ranks: ranks, arguments)
                #expect(run.output.contains("\(ranks ?? 1) rank"))
                #expect(run.output.contains("18 steps on 200 images into \(folder)/run, batch 24"))
                #expect(run.output.split(separator: "\n").count == 2, "one rank speaks")
                #expect(!exists("\(folder)/run"))
                let named = try expectSuccess(ranks: ranks, ["train"] + arguments)
                #expect(named.output == run.output, "train goes without saying")
            }
        }

        @Test(arguments: [
            ("cnn", "282250"), ("mlp", "1707274"), ("digits-cnn", "38282"), ("digits-mlp.yaml", "total"),
            ("resnet.yaml", "309738"),
        ])
        func inspectWorksForEveryShippedConfiguration(name: String, total: String) throws {
            let run = try expectSuccess(["inspect", "--config", name])
            let header = try #require(run.output.split(separator: "\n").first)
            for column in ["layer", "output", "parameters", "FLOP", "receptive field", "activations"] {
                #expect(header.contains(column))
            }
            #expect(run.output.contains(total))
        }

        /// Every command takes its file with and without `--config`.
        @Test func aConfigurationNeedsNoOption() throws {
            let named = try expectSuccess(["inspect", "--config", "digits-cnn"]).output
            #expect(try expectSuccess(["inspect", "digits-cnn.yaml"]).output == named)
            #expect(try expectSuccess(["digits-cnn", "--dry-run"]).output.hasPrefix("digits-cnn: "))
            #expect(try ProgramRun(["sweep", "--config", "digits-mlp"]).errors.contains("a sweep is needed"))
            #expect(try ProgramRun(["verdict", "digits-mlp"]).errors.contains("a list of experiments is needed"))
            for arguments in [["inspect"], ["inspect", "a.yaml", "--config", "b.yaml"], ["sweep"]] {
                let run = try ProgramRun(arguments)
                #expect(run.exitCode == 64)
                #expect(run.errors.contains("needed") || run.errors.contains("is missing"), "\(run.errors)")
            }
        }

        @Test(arguments: [("trian", "did you mean 'train'?"), ("resume", "valid: train, launch")])
        func anUnknownCommandIsReportedAsSuch(word: String, hint: String) throws {
            let run = try ProgramRun([word, "--config", "digits-cnn"])
            #expect(run.exitCode == 64)
            #expect(
                run.messages.count == 1 && run.messages[0].contains("there is no command '\(word)'"),
                "\(run.errors)"
            )
            #expect(run.messages[0].contains(hint), "\(run.errors)")
        }

        @Test(arguments: [nil, 2])
        func optionsOfAnotherOptimizerAreIgnoredWithANote(ranks: Int?) throws {
            try withTemporaryFolder { folder in
                let path = try SmallNetwork.residual.write(to: folder)
                let run = try expectSuccess(ranks: ranks, [path, "--set", "optimizer.name=adam", "--dry-run"])
                let notes = run.messages.filter { $0.contains("note: ") }
                #expect(notes.count == 2, "\(run.errors)")
                #expect(notes.first?.contains("optimizer.momentum (\(path):") == true)
            }
        }

        @Test func aRunPrintsItsResultAtTheRequestedDetail() throws {
            try withTemporaryFolder { folder in
                let path = try SmallNetwork.convolutional.write(to: folder)
                let run = "\(folder)/run"
                let usual = try expectSuccess([path, "--run-dir", run, "--resume", "never"]).output
                #expect(usual.firstMatch(of: /test accuracy 0\.\d{4} after epoch 2/) != nil, "\(usual)")
                #expect(usual.contains("  swift-dp-train evaluate --checkpoint \(run)\n"))
                #expect(usual.firstMatch(of: #/(?m)^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d epoch 2/2 /#) != nil, "\(usual)")
                // The printed command for more epochs works.
                let more = try expectSuccess([path, "--run-dir", run, "--set", "training.epochs=4", "-v"]).output
                #expect(more.contains("resumed after step 18") && more.contains("fingerprint: "), "\(more)")
                for (flag, ranks) in [("--quiet", nil), ("--json", 2)] as [(String, Int?)] {
                    let files = RunFiles("\(folder)/\(flag)")
                    let output = try expectSuccess(ranks: ranks, [path, "--run-dir", files.path, flag]).output
                    let logged = try files.text("metrics.jsonl")
                    #expect(output == (flag == "--quiet" ? "" : logged))
                }
                #expect(try ProgramRun([path, "--quiet", "--json"]).exitCode == 64)
            }
        }

        @Test(arguments: [
            ["inspect", "digits-cnn", "--json"], ["verify", "digits-mlp", "--ranks", "1,2", "--steps", "2", "--json"],
        ])
        func resultsAreJSONOnRequest(arguments: [String]) throws {
            let output = try expectSuccess(arguments).output
            #expect(try !fields(output).isEmpty)
            #expect(output.split(separator: "\n").count == 1)
        }

        @Test func evaluateAgreesWithWhatTheRunLogged() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.residual.write(to: folder)
                let files = RunFiles("\(folder)/run")
                try expectSuccess(ranks: 2, ["--config", configuration, "--run-dir", files.path])
                let logged = try files.summary()
                let checkpoint = "\(files.path)/checkpoints/step-00000018"
                let weights = ["--checkpoint", "\(checkpoint)/model.safetensors", "--config", configuration]
                for ranks in [nil, 1, 3] {
                    for arguments in [["--checkpoint", files.path], ["--checkpoint", checkpoint], weights] {
                        let run = try expectSuccess(ranks: ranks, ["evaluate", "--json"] + arguments)
                        let found = try JSONDecoder().decode(Evaluation.self, from: Data(run.output.utf8))
                        #expect(found.images == 360)
                        #expect(found.test_accuracy == logged.testAccuracy)
                        #expect(found.test_loss == logged.testLoss)
                    }
                }
            }
        }

        /// The summary has the result for the configuration's views; `--tta` overrides them.
        @Test func testTimeAugmentationIsTheSameInTrainingAndInEvaluation() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.residual.write(to: folder)
                let files = RunFiles("\(folder)/run")
                let views = ["--set", "evaluation.testTimeAugmentation=translate"]
                try expectSuccess(ranks: 2, ["--config", configuration, "--run-dir", files.path] + views)
                let logged = try files.summary()
                func evaluate(_ ranks: Int?, _ arguments: String...) throws -> Evaluation {
                    let run = ["evaluate", "--json", "--checkpoint", files.path] + arguments
                    return try JSONDecoder().decode(
                        Evaluation.self,
                        from: Data(expectSuccess(ranks: ranks, run).output.utf8)
                    )
                }
                for ranks in [nil, 3] {
                    let found = try evaluate(ranks)
                    #expect(found.test_accuracy == logged.testAccuracy)
                    #expect(found.test_loss == logged.testLoss)
                }
                let losses =
                    try [logged.testLoss] + ["none", "mirror"].map { try evaluate(nil, "--tta", $0).test_loss }
                #expect(Set(losses).count == 3)
            }
        }

        @Test func evaluateWritesTheSameAnswersAndPageOnAnyNumberOfRanks() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.residual.write(to: folder)
                let run = "\(folder)/run"
                try expectSuccess(["--config", configuration, "--run-dir", run])
                let results = try [nil, 3].map { ranks in
                    let (table, page) = ("\(folder)/answers.csv", "\(folder)/page.html")
                    let files = ["--predictions", table, "--html", page]
                    let output = try expectSuccess(ranks: ranks, ["evaluate", "--checkpoint", run] + files).output
                    return try [output] + [table, page].map { try String(contentsOfFile: $0, encoding: .utf8) }
                }
                #expect(results[0] == results[1])
                let (text, table, page) = (results[0][0], results[0][1], results[0][2])
                #expect(text.contains("95 % interval") && text.contains("taken for"))
                #expect(table.split(separator: "\r\n").count == 361)
                #expect(table.hasPrefix("index,path,label,answer,probability:0,"))
                #expect(page.contains("Grad-CAM of layer") && page.contains("<img src=\"data:image/png;base64,"))
            }
        }

        @Test func predictNamesUnreadablePicturesAndClassifiesTheOthers() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.residual.write(to: folder)
                try expectSuccess(["--config", configuration, "--run-dir", "\(folder)/run", "--max-steps", "1"])
                let pictures = "\(folder)/pictures"
                try FileManager.default.createDirectory(atPath: pictures, withIntermediateDirectories: true)
                for index in 0..<40 {
                    let header = Data("P5 9 7 255\n".utf8)
                    try (header + Data((0..<63).map { UInt8($0 * index % 256) })).write(
                        to: URL(fileURLWithPath: "\(pictures)/\(10 + index).pgm")
                    )
                }
                try Data("P5 9 7 255\n".utf8).write(to: URL(fileURLWithPath: "\(pictures)/30.pgm"))
                let arguments = ["predict", "--checkpoint", "\(folder)/run", "--top", "2", "--csv"]
                let runs = try [nil, 3].map { try ProgramRun(ranks: $0, arguments + [pictures]) }
                for run in runs {
                    #expect(run.exitCode == 65)
                    #expect(run.output == runs[0].output)
                    #expect(
                        run.messages.filter { $0.contains("30.pgm: damaged") && $0.hasSuffix("skipped") }.count == 1
                    )
                }
                let lines = runs[0].output.split(separator: "\r\n")
                #expect(lines.first == "path,place,class,probability")
                #expect(lines.count == 1 + 2 * 39)
                #expect(lines[1].hasPrefix("\(pictures)/10.pgm,1,"))
                try expectSuccess(arguments + ["\(pictures)/11.pgm"])
                let page = try expectSuccess([
                    "explain", "--checkpoint", "\(folder)/run", "--image", "\(pictures)/11.pgm", "--output", folder,
                ])
                #expect(page.output.contains("gallery.html"))
                #expect(try String(contentsOfFile: "\(folder)/gallery.html", encoding: .utf8).contains("11.pgm"))
                let bad = ["explain", "--checkpoint", "\(folder)/run", "--image", "\(pictures)/30.pgm"]
                #expect(try ProgramRun(bad + ["--output", "\(folder)/none"]).exitCode == 65)
            }
        }

        @Test func exportWritesFilesForOtherSystems() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.residual.write(to: folder)
                try expectSuccess(["--config", configuration, "--run-dir", "\(folder)/run", "--max-steps", "1"])
                let files = ["--onnx", "\(folder)/a.onnx", "--torch", "\(folder)/a.py"]
                let run = try expectSuccess(["export", "--checkpoint", "\(folder)/run"] + files)
                #expect(run.output.contains("\(folder)/a.onnx: ONNX, opset 17"))
                try expectSuccess(["export", "--checkpoint", "\(folder)/run", "--onnx", "\(folder)/b.onnx"])
                let bytes = try ["a", "b"].map { try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0).onnx")) }
                #expect(bytes[0] == bytes[1])
                #expect(exists("\(folder)/a.py") && exists("\(folder)/a.safetensors"))
                #expect(try ProgramRun(["export", "--checkpoint", "\(folder)/run"]).exitCode == 64)
                let blocked = ["export", "--checkpoint", "\(folder)/run", "--onnx", "\(folder)/none/a.onnx"]
                #expect(try ProgramRun(blocked).exitCode == 74)
            }
        }

        @Test func evaluateNamesAFileThatCannotBeWritten() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.residual.write(to: folder)
                try expectSuccess(["--config", configuration, "--run-dir", "\(folder)/run", "--max-steps", "1"])
                let device = "\(folder)/device"
                try FileManager.default.createSymbolicLink(atPath: device, withDestinationPath: "/dev/full")
                for (option, path) in [
                    ("--predictions", "\(folder)/none/file"), ("--html", "\(folder)/none/file"),
                    ("--predictions", device), ("--html", device),
                ] {
                    let run = try ProgramRun(["evaluate", "--checkpoint", "\(folder)/run", option, path])
                    #expect(run.exitCode == 74)
                    #expect(run.messages.contains { $0.contains("\(path): can't be written") })
                }
            }
        }

        @Test func compareShowsRunsAndNamesMissingOnes() throws {
            try withTemporaryFolder { folder in
                let paths = try SmallNetwork.allCases.map { network in
                    let arguments = ["--config", try network.write(to: folder), "--max-steps", "2"]
                    try expectSuccess(arguments + ["--run-dir", "\(folder)/\(network)-run"])
                    return "\(folder)/\(network)-run"
                }
                let both = try expectSuccess(["compare"] + paths)
                for word in ["parameters", "test accuracy", "test loss", "train time", "images/s"] + paths {
                    #expect(both.output.contains(word), "\(word)")
                }
                let one = try ProgramRun(["compare", paths[0], "\(folder)/none"])
                #expect(one.exitCode == 65)
                #expect(one.output.contains(paths[0]))
                #expect(one.output.contains("not shown: \(folder)/none: expected a run's folder, found none"))
            }
        }

        @Test(arguments: [nil, 2])
        func benchPrintsJSON(ranks: Int?) throws {
            let run = try expectSuccess(
                ranks: ranks,
                ["bench", "--config", "digits-cnn", "--steps", "2", "--json"]
            )
            let figures = try fields(run.output)
            #expect(figures["ranks"] as? Int == ranks ?? 1)
            for name in ["images_per_second", "gigaflops_per_second", "product_gigaflops_per_second"] {
                #expect(figures[name] as? Double ?? 0 > 0, "\(name)")
            }
            #expect(figures["exposed_communication_share"] is Double)
        }

        @Test(arguments: [
            ("train", ["--config", "(default: training.epochs)", "(default: auto)", "seconds", "--dry-run"]),
            ("bench", ["(default: as many as", "(default: 3.0)"]),
            ("data fetch", ["(default: the official one", "SHA-256"]),
            ("evaluate", ["--checkpoint", "(default: config.yaml"]), ("compare", ["default: text)"]),
        ])
        func helpHasDefaultsAndUnits(command: String, words: [String]) throws {
            let help = try expectSuccess(command.split(separator: " ").map(String.init) + ["--help"])
            // Its lines are wrapped at the width of the terminal.
            let text = help.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            for word in words { #expect(text.contains(word), "\(word)") }
        }

        /// The choice of OpenBLAS' kernels starts the program anew; `top` and `pkill` still show it by its name.
        @Test func theProgramKeepsItsName() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let run = try ProgramRun(
                    ["--config", configuration, "--run-dir", "\(folder)/run", "--set", "training.epochs=1000000"]
                        + ["--max-time", "3"],
                    shell: """
                        (until [ -e '\(folder)/run/checkpoints/latest' ]; do sleep 0.05; done
                        cat /proc/$$/comm > '\(folder)/name') &
                        """ + " :"
                )
                #expect(run.exitCode == 75, "\(run.errors)")
                #expect(try String(contentsOfFile: "\(folder)/name", encoding: .utf8) == "swift-dp-train\n")
            }
        }

        @Test(arguments: ["bash", "zsh", "fish"])
        func completionScriptsAreForTheirShell(shell: String) throws {
            let script = try expectSuccess(["--generate-completion-script", shell]).output
            let marks = ["bash": "complete -F", "zsh": "#compdef swift-dp-train", "fish": "complete --command"]
            #expect(script.contains(try #require(marks[shell])), "\(script)")
        }

        private struct Evaluation: Decodable {
            let images: Int
            let test_accuracy: Double
            let test_loss: Double
        }

        private func fields(_ json: String) throws -> [String: Any] {
            try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] ?? [:]
        }
    }
}
