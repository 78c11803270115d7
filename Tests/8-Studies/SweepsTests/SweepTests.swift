import ConfigurationFiles
import Formatting
import Foundation
import Metrics
import RunSupport
import Sweeps
import TestSupport
import Testing
import Trials

/// Whole sweeps with a shell script in place of the program.
@Suite(.timeLimit(.minutes(10))) struct SweepTests {
    private static let rates = ["0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8"]

    /// A program that writes the records of a run whose accuracy is its learning rate, and whose loss is 1 minus that.
    private func program(in folder: String) throws -> StandInProgram {
        for rate in Self.rates {
            for epochs in [1, 3, 9] {
                let run = "\(folder)/records/\(rate)-\(epochs)"
                try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: true)
                try writeRecords(to: run, accuracy: try #require(Double(rate)), epochs: epochs)
            }
        }
        let action = """
            rate=$(echo "$*" | sed 's/.*learningRate=//; s/ .*//')
            cp \(folder)/records/$rate-$7/* "$5"
            """
        return try StandInProgram(in: folder, logsEpochs: true, action: action)
    }

    private func writeRecords(to run: String, accuracy: Double, epochs: Int) throws {
        try RunSummary.sample(epochs: epochs).write(path: run + "/summary.json")
        let record = EpochRecord.sample(
            epoch: epochs,
            trainLoss: 1 - accuracy,
            trainAccuracy: accuracy,
            testLoss: 1 - accuracy,
            testAccuracy: accuracy,
            learningRate: accuracy
        )
        try MetricsLog(path: run + "/metrics.jsonl", resumingAtStep: nil).append(.epoch(record))
    }

    @Test(arguments: ["testAccuracy", "testLoss"])
    func successiveHalvingContinuesTheBestTrials(metric: String) async throws {
        try await withTemporaryFolderAsync { folder in
            let program = try program(in: folder)
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
            let launcher = TrialLauncher(rankCount: 1, coreCount: 1, program: program.path)
            let outcome = try await Sweep(file).run(launcher: launcher) { _ in }
            #expect(outcome.failures.isEmpty)

            let rates = SweepSetting.random(file.parameters, count: 7, seed: 5).map { $0.values[0].value }
            let best = rates.indices.sorted { (rates[$1], $0) < (rates[$0], $1) }
            #expect(Set(rates).count > 2)
            func names(_ trials: some Sequence<Int>, epochs: Int) -> [String] {
                trials.map { "trial-000\($0) \(epochs)" }
            }
            let expected = names(0..<7, epochs: 1) + names(best.prefix(2), epochs: 3) + names(best.prefix(1), epochs: 9)
            #expect(program.started == expected)
            let rate = rates[best[0]]
            let value = metric == "testLoss" ? 1 - (Double(rate) ?? 0) : Double(rate) ?? 0
            #expect(outcome.bestLine == "optimizer.learningRate=\(rate): \(metric) \(Format.fixed(value, digits: 4))")
            let again =
                "swift-dp-train digits-mlp.yaml --run-dir \(folder)/runs-best --set training.epochs=9 "
                + "--set optimizer.learningRate=\(rate)"
            #expect(outcome.text.contains("\n  \(again)\n"))
            #expect(outcome.table.split(separator: "\n").count == 8)
        }
    }
}
