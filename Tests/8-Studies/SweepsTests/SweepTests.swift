import Configuration
import Foundation
import Metrics
import Sweeps
import TestSupport
import Testing
import Trials

/// Whole sweeps over a shell script that stands in for `train`.
@Suite(.timeLimit(.minutes(10))) struct SweepTests {
    private static let rates = ["0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8"]

    /// The script notes trial and epochs in `started`, and leaves the records of a run whose accuracy is its learning rate,
    /// and whose loss is 1 less that.
    private func writeProgram(_ folder: String) throws {
        for rate in Self.rates {
            for epochs in [1, 3, 9] {
                let run = "\(folder)/records/\(rate)-\(epochs)"
                try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: true)
                try writeRecords(to: run, accuracy: try #require(Double(rate)), epochs: epochs)
            }
        }
        let script = """
            #!/bin/sh
            rate=$(echo "$*" | sed 's/.*learningRate=//; s/ .*//')
            echo "$(basename "$5") $7" >>\(folder)/started
            cp \(folder)/records/$rate-$7/* "$5"
            """
        try script.write(toFile: folder + "/program", atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder + "/program")
    }

    private func writeRecords(to run: String, accuracy: Double, epochs: Int) throws {
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
            completed: true
        ).write(path: run + "/summary.json")
        let record = EpochRecord(
            step: epochs,
            epoch: epochs,
            trainLoss: 1 - accuracy,
            trainAccuracy: accuracy,
            testLoss: 1 - accuracy,
            testAccuracy: accuracy,
            learningRate: accuracy,
            imagesPerSecond: 1,
            elapsedSeconds: 1,
            wallTime: 0,
            rankStepSeconds: StepTimeSummary(secondsByRank: [1])
        )
        try MetricsLog(path: run + "/metrics.jsonl", resumingAtStep: nil).append(.epoch(record))
    }

    @Test(arguments: ["testAccuracy", "testLoss"])
    func halvingGoesOnWithTheBest(metric: String) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try writeProgram(folder)
        let yaml = """
            config: digits-mlp.yaml
            method: successiveHalving
            metric: \(metric)
            trials: 7
            seed: 5
            directory: \(folder)/runs
            halving: {maximumEpochs: 9, reductionFactor: 3}
            parameters: {optimizer.learningRate: [\(Self.rates.joined(separator: ", "))]}
            """
        let file = try SweepFile(OptionReader(yaml: yaml))
        let launcher = TrialLauncher(rankCount: 1, coreCount: 1, program: folder + "/program")
        #expect(try await Sweep(file).run(launcher: launcher) { _ in }.isEmpty)

        let rates = SweepSetting.random(file.parameters, count: 7, seed: 5).map { $0.values[0].value }
        let best = rates.indices.sorted { (rates[$1], $0) < (rates[$0], $1) }
        #expect(Set(rates).count > 2)
        func names(_ trials: some Sequence<Int>, epochs: Int) -> [String] { trials.map { "trial-000\($0) \(epochs)" } }
        let started = try String(contentsOfFile: folder + "/started", encoding: .utf8).split(separator: "\n")
        let expected = names(0..<7, epochs: 1) + names(best.prefix(2), epochs: 3) + names(best.prefix(1), epochs: 9)
        #expect(started.map(String.init) == expected)
    }
}
