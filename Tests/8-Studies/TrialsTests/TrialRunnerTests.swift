import ConfigurationFiles
import Foundation
import Metrics
import RunSupport
import TestSupport
import Testing
import Trials

/// Trials with a shell script in place of the program.
@Suite(.timeLimit(.minutes(10))) struct TrialRunnerTests {
    /// A runner of one trial at a time.
    private func runner(_ folder: String, _ program: StandInProgram) -> TrialRunner {
        TrialRunner(
            directory: folder + "/runs",
            launcher: TrialLauncher(rankCount: 1, coreCount: 1, program: program.path),
            report: { _ in }
        )
    }

    private func trials(_ names: String...) throws -> [Trial] {
        try names.map { try Trial(name: $0, configurationPath: "digits-mlp.yaml", overrides: []) }
    }

    @Test func runsOnlyMissingTrials() async throws {
        try await withTemporaryFolderAsync { folder in
            try RunSummary.sample(epochs: 30).write(path: folder + "/summary.json")
            let program = try StandInProgram(in: folder, action: "cp \(folder)/summary.json \"$5\"")
            let runner = runner(folder, program)
            let first = try await runner.run(trials("a", "b"))
            #expect(first.map { (try? $0.result.get())?.epochs } == [30, 30])
            _ = try await runner.run(trials("a", "b", "c"))
            #expect(program.started == ["a", "b", "c"])
        }
    }

    @Test func anUnfinishedOrShorterRunIsContinued() async throws {
        try await withTemporaryFolderAsync { folder in
            let program = try StandInProgram(in: folder, action: "exit 75")
            let runner = runner(folder, program)
            for (name, epochs, completed) in [("stopped", 30, false), ("rung", 4, true)] {
                let path = folder + "/runs/" + name
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                try RunSummary.sample(epochs: epochs, completed: completed).write(path: path + "/summary.json")
            }
            let outcomes = try await runner.run(trials("stopped", "rung"))
            #expect(program.started == ["stopped", "rung"])
            #expect(outcomes.allSatisfy { (try? $0.result.get()) == nil })
            let rung = try trials("rung").map { $0.trained(epochs: 4) }
            #expect(try await runner.run(rung).allSatisfy { (try? $0.result.get()) != nil })
        }
    }

    @Test func aFailureIsNamedAndTheOthersRun() async throws {
        try await withTemporaryFolderAsync { folder in
            try RunSummary.sample(epochs: 30).write(path: folder + "/summary.json")
            let action = """
                [ "$(basename "$5")" = good ] && exec cp \(folder)/summary.json "$5"
                echo "swift-dp-train: the loss is not finite"; exit 65
                """
            let program = try StandInProgram(in: folder, action: action)
            let outcomes = try await runner(folder, program).run(trials("bad", "good"))
            #expect(throws: TrialRunner.Failure.self) { try outcomes[0].result.get() }
            if case .failure(let failure) = outcomes[0].result {
                #expect(failure.description.contains("runs/bad/summary.json: missing"))
                #expect(failure.description.hasSuffix("says: the loss is not finite"))
            }
            #expect((try? outcomes[1].result.get()) != nil)
        }
    }

    @Test func anotherConfigurationsRunIsRefused() async throws {
        try await withTemporaryFolderAsync { folder in
            let path = folder + "/runs/a"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            let other = try Trial(
                name: "a",
                configurationPath: "digits-mlp.yaml",
                overrides: ["training.epochs=3"]
            )
            try other.configurationText.write(toFile: path + "/config.yaml", atomically: true, encoding: .utf8)
            let program = try StandInProgram(in: folder, action: "exit 0")
            let runner = runner(folder, program)
            await #expect(
                throws: TrialsError.otherConfiguration(
                    path: path,
                    found: "training.epochs: 3",
                    needed: "training.epochs: 30"
                )
            ) { try await runner.run(trials("a")) }
            #expect(program.started.isEmpty)
        }
    }

    @Test func cancellationSendsTheSignalThatWritesACheckpoint() async throws {
        try await withTemporaryFolderAsync { folder in
            let action =
                "trap 'touch \(folder)/saved; exit 75' USR1; touch \(folder)/ready; while :; do sleep 0.05; done"
            let program = try StandInProgram(in: folder, action: action)
            let runner = runner(folder, program)
            let task = Task { try await runner.run(trials("a", "b")) }
            while !FileManager.default.fileExists(atPath: folder + "/ready") {
                try await Task.sleep(for: .milliseconds(20))
            }
            task.cancel()
            await #expect(throws: TrialsError.interrupted) { try await task.value }
            #expect(FileManager.default.fileExists(atPath: folder + "/saved"))
            #expect(program.started == ["a"])
        }
    }

    @Test func aFileInPlaceOfARunFolderIsNamed() async throws {
        try await withTemporaryFolderAsync { folder in
            let path = folder + "/runs/a"
            try FileManager.default.createDirectory(atPath: folder + "/runs", withIntermediateDirectories: true)
            try Data().write(to: URL(fileURLWithPath: path))
            let program = try StandInProgram(in: folder, action: "exit 0")
            let error = await #expect(throws: TrialsError.self) { try await runner(folder, program).run(trials("a")) }
            #expect(error?.description.hasPrefix("\(path): no run folder can be made there: ") == true)
            #expect(program.started.isEmpty)
        }
    }
}
