import Configuration
import Foundation
import Metrics
import Testing
import Trials

/// Runs of a shell script that stands in for `train`.
@Suite(.timeLimit(.minutes(10))) struct TrialRunnerTests {
    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder.path)
    }

    /// A runner of one trial at a time, whose program does `action` with the run folder as `$5`, after noting its name
    /// in `started`.
    private func runner(_ folder: String, _ action: String) throws -> TrialRunner {
        let program = folder + "/program"
        let script = "#!/bin/sh\nbasename \"$5\" >>\(folder)/started\n\(action)\n"
        try script.write(toFile: program, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        return TrialRunner(
            directory: folder + "/runs",
            launcher: TrialLauncher(rankCount: 1, coreCount: 1, program: program),
            report: { _ in }
        )
    }

    private func trials(_ names: String...) throws -> [Trial] {
        try names.map { try Trial(name: $0, configurationPath: "digits-mlp.yaml", overrides: []) }
    }

    private func started(_ folder: String) -> [String] {
        let text = try? String(contentsOfFile: folder + "/started", encoding: .utf8)
        return (text ?? "").split(separator: "\n").map(String.init)
    }

    private func writeSummary(to path: String, epochs: Int, completed: Bool = true) throws {
        try RunSummary(
            configName: "digits-mlp",
            seed: 0,
            parameters: 1,
            epochs: epochs,
            steps: 1,
            wallSeconds: 1,
            imagesPerSecond: 1,
            checkpointWaitSeconds: 0,
            worldSize: 1,
            threadsPerRank: 1,
            libraries: [:],
            completed: completed
        ).write(path: path)
    }

    @Test func runsWhatIsMissingAndLeavesTheRestAlone() async throws {
        try await withFolder { folder in
            try writeSummary(to: folder + "/summary.json", epochs: 30)
            let runner = try runner(folder, "cp \(folder)/summary.json \"$5\"")
            let first = try await runner.run(trials("a", "b"))
            #expect(first.map { (try? $0.result.get())?.epochs } == [30, 30])
            _ = try await runner.run(trials("a", "b", "c"))
            #expect(started(folder) == ["a", "b", "c"])
        }
    }

    @Test func anUnfinishedOrShorterRunIsGoneOnWith() async throws {
        try await withFolder { folder in
            let runner = try runner(folder, "exit 75")
            for (name, epochs, completed) in [("stopped", 30, false), ("rung", 4, true)] {
                let path = folder + "/runs/" + name
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                try writeSummary(to: path + "/summary.json", epochs: epochs, completed: completed)
            }
            let outcomes = try await runner.run(trials("stopped", "rung"))
            #expect(started(folder) == ["stopped", "rung"])
            #expect(outcomes.allSatisfy { (try? $0.result.get()) == nil })
            let rung = try trials("rung").map { $0.trained(epochs: 4) }
            #expect(try await runner.run(rung).allSatisfy { (try? $0.result.get()) != nil })
        }
    }

    @Test func aFailureIsNamedAndTheOthersRun() async throws {
        try await withFolder { folder in
            try writeSummary(to: folder + "/summary.json", epochs: 30)
            let action = """
                [ "$(basename "$5")" = good ] && exec cp \(folder)/summary.json "$5"
                echo "swift-dp-train: the loss is not finite"; exit 65
                """
            let outcomes = try await runner(folder, action).run(trials("bad", "good"))
            #expect(throws: TrialRunner.Failure.self) { try outcomes[0].result.get() }
            if case .failure(let failure) = outcomes[0].result {
                #expect(failure.description.contains("runs/bad/summary.json: missing"))
                #expect(failure.description.hasSuffix("says: the loss is not finite"))
            }
            #expect((try? outcomes[1].result.get()) != nil)
        }
    }

    @Test func anotherConfigurationsRunIsRefused() async throws {
        try await withFolder { folder in
            let path = folder + "/runs/a"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            let other = try Trial(
                name: "a",
                configurationPath: "digits-mlp.yaml",
                overrides: ["training.epochs=3"]
            )
            try other.configurationText.write(toFile: path + "/config.yaml", atomically: true, encoding: .utf8)
            let runner = try runner(folder, "exit 0")
            await #expect(
                throws: TrialsError.otherConfiguration(path: path, found: "epochs: 3", needed: "epochs: 30")
            ) { try await runner.run(trials("a")) }
            #expect(started(folder).isEmpty)
        }
    }

    @Test func cancellationStopsTrialsByTheSignalThatSavesThem() async throws {
        try await withFolder { folder in
            let action =
                "trap 'touch \(folder)/saved; exit 75' USR1; touch \(folder)/ready; while :; do sleep 0.05; done"
            let runner = try runner(folder, action)
            let task = Task { try await runner.run(trials("a", "b")) }
            while !FileManager.default.fileExists(atPath: folder + "/ready") {
                try await Task.sleep(for: .milliseconds(20))
            }
            task.cancel()
            await #expect(throws: TrialsError.interrupted) { try await task.value }
            #expect(FileManager.default.fileExists(atPath: folder + "/saved"))
            #expect(started(folder) == ["a"])
        }
    }

    @Test func aFileInARunFoldersPlaceIsNamed() async throws {
        try await withFolder { folder in
            let path = folder + "/runs/a"
            try FileManager.default.createDirectory(atPath: folder + "/runs", withIntermediateDirectories: true)
            try Data().write(to: URL(fileURLWithPath: path))
            let error = await #expect(throws: TrialsError.self) { try await runner(folder, "exit 0").run(trials("a")) }
            #expect(error?.description.hasPrefix("\(path): no run folder can be made there: ") == true)
            #expect(started(folder).isEmpty)
        }
    }
}
