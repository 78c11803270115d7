import Foundation
import Metrics
import Reports
import TestSupport
import Testing

/// What differs between runs, and what may be concluded from them.
@Suite(.timeLimit(.minutes(10))) struct ComparisonFairnessTests {
    private struct Run {
        var name = "cnn"
        var accuracy: Double
        var seed = 0
        var parameters = 10
        var yaml = "training: {epochs: 6}"
    }

    /// The table of runs `trial-0`, `trial-1`..., given one by one or by the folder that they lie in.
    private func table(_ runs: [Run], asFolder: Bool = false, usesBest: Bool = false) throws -> ComparisonTable {
        try withTemporaryFolder { folder in
            let paths = runs.indices.map { "\(folder)/trial-\($0)" }
            for (path, run) in zip(paths, runs) {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                var summary = RunSummary.sample(run.name, parameters: run.parameters, testAccuracy: run.accuracy)
                summary.seed = run.seed
                (summary.bestAccuracy, summary.bestEpoch) = (run.accuracy, 1)
                try summary.write(path: path + "/summary.json")
                let incidental = "run: {directory: \(path)}\nlogging: {everySteps: \(run.seed + 1)}\n"
                try (run.yaml + "\n" + incidental)
                    .write(toFile: path + "/config.yaml", atomically: true, encoding: .utf8)
            }
            return ComparisonTable(paths: asFolder ? [folder] : paths, usesBest: usesBest)
        }
    }

    private func header(_ table: ComparisonTable) throws -> String {
        let line = try #require(table.text().split(separator: "\n").first)
        return line.split(separator: " ").joined(separator: " ")
    }

    @Test func eachSettingThatDiffersHasAColumn() throws {
        let table = try table([
            Run(accuracy: 0.6, yaml: "optimizer: {name: adam, beta1: 0.9, learningRate: 0.1}\nschedule: {name: step}"),
            Run(
                accuracy: 0.7,
                yaml: "optimizer: {name: adam, beta1: 0.9, learningRate: 0.2}\nschedule: {name: cosine}"
            ),
        ])
        #expect(try header(table).hasPrefix("run network parameters learningRate schedule.name test accuracy"))
        #expect(table.text().contains("  0.1           step  "), "\(table.text())")
        #expect(table.verdict?.contains("is more accurate than") == true)
        #expect(table.verdict?.contains("(learningRate 0.2, schedule.name cosine)") == true)
        #expect(table.csv().contains("validation_loss,optimizer.learningRate,schedule.name\r\n"))
    }

    @Test func plannedEpochsAreNotMistakenForThoseTrained() throws {
        let runs = [6, 12].map { Run(accuracy: 0.6, yaml: "training: {epochs: \($0)}") }
        let header = try header(table(runs))
        #expect(header.hasPrefix("run network parameters training.epochs test"), "\(header)")
    }

    @Test func anOptionOfOneOptimizerAloneIsNoColumn() throws {
        let table = try table([
            Run(accuracy: 0.6, yaml: "optimizer: {name: adam, beta1: 0.9}"),
            Run(accuracy: 0.7, yaml: "optimizer: {name: sgd, momentum: 0.9}"),
        ])
        #expect(try header(table).hasPrefix("run network parameters optimizer.name test accuracy"))
    }

    @Test func layersHaveColumnsOnlyWhereNetworksAreBuiltAlike() throws {
        let layers = ["[conv2d: {kernel: 3}, relu]", "[conv2d: {kernel: 5}, relu]", "[linear: {outputFeatures: 3}]"]
        let runs = layers.map { Run(accuracy: 0.6, yaml: "network: {layers: \($0)}") }
        #expect(try header(table(Array(runs.prefix(2)))).hasPrefix("run network parameters kernel test"))
        #expect(try header(table([runs[0], runs[2]])).hasPrefix("run network parameters test"))
    }

    @Test(arguments: [
        ("dataset: {limit: 100}", "dataset: {limit: null}", "dataset.limit (100, null)"),
        ("dataset: {name: images, root: a}", "dataset: {name: images, root: b}", "dataset.root (a, b)"),
        ("training: {epochs: 6}", "training: {epochs: 12}", "training.epochs (6, 12)"),
        ("evaluation: {on: test}", "evaluation: {on: validation}", "evaluation.on (test, validation)"),
    ])
    func noWinnerIsNamedAcrossOtherConditions(first: String, second: String, reason: String) throws {
        let table = try table([Run(accuracy: 0.6, yaml: first), Run(name: "mlp", accuracy: 0.7, yaml: second)])
        #expect(table.verdict == "No winner is named, since the runs differ in \(reason).")
    }

    @Test func publishedDataAreTheSameWhereverTheyLie() throws {
        let runs = ["a", "b"].map { Run(name: $0, accuracy: 0.6, yaml: "dataset: {name: cifar10, root: \($0)}") }
        #expect(try table(runs).verdict?.contains("equally accurate") == true)
    }

    @Test func aSweepsFolderStandsForItsRuns() throws {
        let rates = [0.1, 0.2, 0.3]
        let runs = rates.map { Run(accuracy: 0.6 + $0, yaml: "optimizer: {learningRate: \($0)}") }
        let table = try table(runs, asFolder: true)
        #expect(table.rows.map(\.summary.testAccuracy) == runs.map(\.accuracy))
        #expect(table.verdict?.contains("is the most accurate of 3 settings") == true)
    }

    /// By hand: the means' 95 % intervals of {0.69, 0.70, 0.71} and {0.59, 0.60, 0.61} are ± 4.303 · 0.01 / √3.
    @Test func seedsOfOneSettingAreGroupedWithAnInterval() throws {
        let seeds = [-0.01, 0, 0.01].enumerated()
        let cnn = seeds.map { Run(accuracy: 0.7 + $1, seed: $0) }
        let mlp = seeds.map { Run(name: "mlp", accuracy: 0.6 + $1, seed: $0, parameters: 20) }
        let table = try table(cnn + mlp)
        #expect(table.text().contains("cnn              10      3               0.7000 ± 0.0248"), "\(table.text())")
        #expect(
            table.verdict == """
                cnn is more accurate than mlp on the test images (0.7000 ± 0.0248 against 0.6000 ± 0.0248, 3 seeds each), \
                with 2.0 times fewer parameters (10 against 20).
                """
        )
    }

    @Test func theVerdictSaysThatItIsOfTheBestEpochs() throws {
        let runs = [-0.01, 0, 0.01].enumerated().flatMap { seed, offset in
            [Run(accuracy: 0.7 + offset, seed: seed), Run(name: "mlp", accuracy: 0.69 + offset, seed: seed)]
        }
        let verdict = try #require(try table(runs, usesBest: true).verdict)
        #expect(verdict.contains("on the test images after their best epochs: their 95 % intervals"), "\(verdict)")
    }

    @Test func seedsWhoseIntervalsTouchAreNotToldApart() throws {
        let runs = [-0.01, 0, 0.01].enumerated().flatMap { seed, offset in
            [Run(accuracy: 0.7 + offset, seed: seed), Run(name: "mlp", accuracy: 0.69 + offset, seed: seed)]
        }
        #expect(try table(runs).verdict?.hasPrefix("cnn and mlp can't be told apart on the test images") == true)
    }
}
