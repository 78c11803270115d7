import Foundation
import Metrics
import TestSupport
import Testing

extension ProgramTests {
    @Suite struct RunFolderTests {
        @Test func containsEveryFileWithItsFields() throws {
            try withTemporaryFolder { folder in
                let files = try run("run", in: folder)
                #expect(
                    try files.checkpointNames() == [
                        "best", "latest", "step-00000000", "step-00000009", "step-00000018",
                    ]
                )
                #expect(try files.text("checkpoints/latest") == "step-00000018\n")
                for step in [0, 9, 18] { try expectWholeCheckpoint(step: step, files) }
                let summary = try files.fields("summary.json")
                let names = [
                    "test_accuracy", "test_loss", "parameters", "epochs", "steps", "wall_seconds", "images_per_second",
                    "world_size", "weights_sha256", "libraries",
                ]
                #expect(names.filter { summary[$0] == nil } == [])
                #expect(try files.summary().steps == 18 && files.summary().epochs == 2)
                #expect(
                    try files.summary().weightsSha256 == files.sha256("checkpoints/step-00000018/model.safetensors")
                )
            }
        }

        @Test func theLogHasEveryStepAndEpoch() throws {
            try withTemporaryFolder { folder in
                let files = try run("run", in: folder)
                let events = try files.eventFields()
                #expect(events.first?["event"] as? String == "start" && events.last?["event"] as? String == "stop")
                let steps = events.filter { $0["event"] as? String == "step" }
                #expect(steps.map { $0["step"] as? Int } == Array(1...18))
                #expect(steps.map { $0["epoch"] as? Int } == (1...18).map { ($0 + 8) / 9 })
                let epochs = events.filter { $0["event"] as? String == "epoch" }
                #expect(epochs.map { $0["epoch"] as? Int } == [1, 2])
                for event in steps + epochs {
                    let names = ["step", "epoch", "train_loss", "train_accuracy", "images_per_second"]
                    #expect(names.filter { event[$0] == nil } == [])
                }
                for event in epochs { #expect(event["test_loss"] != nil && event["test_accuracy"] != nil) }
                let checkpoints = events.filter { $0["event"] as? String == "checkpoint" }
                #expect(checkpoints.map { $0["step"] as? Int } == [0, 9, 18])
                #expect(checkpoints.map { $0["epoch"] as? Int } == [0, 1, 2])
            }
        }

        @Test func theFirstCheckpointHasTheInitialWeights() throws {
            try withTemporaryFolder { folder in
                // Not the residual network: its running statistics change without a learning rate.
                let network = SmallNetwork.convolutional
                let files = try run("run", of: network, in: folder)
                let still = ["--set", "optimizer.learningRate=0", "--max-steps", "1"]
                let same = try run("still", of: network, in: folder, still)
                let initial = "checkpoints/step-00000000/model.safetensors"
                #expect(try files.data(initial) == same.data("checkpoints/step-00000001/model.safetensors"))
                #expect(try files.data(initial) != files.data("checkpoints/step-00000018/model.safetensors"))
            }
        }

        @Test func theResolvedConfigurationRepeatsTheRun() throws {
            try withTemporaryFolder { folder in
                let files = try run(
                    "run",
                    in: folder,
                    ["--set", "training.seed=3", "--set", "loss.labelSmoothing=0.1"]
                )
                let again = RunFiles("\(folder)/again")
                try expectSuccess(["--config", "\(files.path)/config.yaml", "--run-dir", again.path])
                let weights = "checkpoints/step-00000018/model.safetensors"
                #expect(try again.data(weights) == files.data(weights))
                #expect(try again.text("config.yaml") == files.text("config.yaml"))
            }
        }

        @Test func tensorBoardEventsAreFramed() throws {
            try withTemporaryFolder { folder in
                let files = try run("run", in: folder)
                let name = try #require(files.contents().keys.first { $0.hasPrefix("events.out.tfevents.") })
                var rest = [UInt8](try files.data(name))[...]
                var recordCount = 0
                while !rest.isEmpty {
                    let length = Int(littleEndian(rest.prefix(8)))
                    try #require(rest.count >= 16 + length)
                    let content = rest.dropFirst(12).prefix(length)
                    #expect(littleEndian(rest.dropFirst(8).prefix(4)) == CRC32C.maskedChecksum(rest.prefix(8)))
                    #expect(littleEndian(rest.dropFirst(12 + length).prefix(4)) == CRC32C.maskedChecksum(content))
                    rest = rest.dropFirst(16 + length)
                    recordCount += 1
                }
                #expect(recordCount == 2 + 18 + 2, "version, start, 18 steps, 2 epochs")
            }
        }

        private func run(
            _ name: String,
            of network: SmallNetwork = .residual,
            in folder: String,
            _ arguments: [String] = []
        ) throws -> RunFiles {
            let configuration = try network.write(to: folder)
            let files = RunFiles("\(folder)/\(name)")
            try expectSuccess(["--config", configuration, "--run-dir", files.path] + arguments)
            return files
        }

        private func expectWholeCheckpoint(step: Int, _ files: RunFiles) throws {
            let folder = "checkpoints/step-" + String(format: "%08d", step)
            let manifest = try files.fields("\(folder)/manifest.json")
            #expect(manifest["step"] as? Int == step)
            #expect(manifest["epoch"] as? Int == step / SmallNetwork.stepsPerEpoch)
            let records = try #require(manifest["files"] as? [String: [String: Any]])
            #expect(records.keys.sorted() == ["model.safetensors", "state.safetensors"])
            for (name, record) in records {
                #expect(record["sha256"] as? String == (try files.sha256("\(folder)/\(name)")))
                #expect(record["bytes"] as? Int == (try files.data("\(folder)/\(name)").count))
            }
        }

        private func littleEndian(_ bytes: some Sequence<UInt8>) -> UInt64 {
            bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
    }
}
