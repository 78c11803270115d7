import Benchmarks
import Collectives
import ConfigurationFiles
import Foundation
import RankSupport
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct StepBenchmarkTests {
    private static let yaml = """
        dataset: {name: digits}
        network:
          layers:
            - conv2d: {outputChannels: 8, kernel: 3, padding: same}
            - relu
            - residual:
                body: [conv2d: {outputChannels: 8, kernel: 3, padding: same}]
            - flatten
            - linear: {outputFeatures: 10}
        training: {globalBatchSize: 32}
        parallel: {threadsPerRank: 2}
        """

    private struct Event: Decodable {
        var cat: String?
        var name: String
        var pid: Int
        var tid: Int
        var ts: Double?
        var dur: Double?
    }

    /// The part of `bench`'s JSON that tests read.
    private struct Report: Decodable {
        struct Profile: Decodable { var parts: [Part] }
        struct Part: Decodable { var milliseconds: Double }
        struct Layer: Decodable {
            var name: String
            var weightGradientMilliseconds: Double?
            var inputGradientMilliseconds: Double?
            var backwardMilliseconds: Double
        }
        struct Steps: Decodable { var mean: Double }
        var profile: Profile
        var layers: [Layer]?
        var stepMilliseconds: Steps
    }

    /// Runs three steps on two ranks with two threads each; returns rank 0's report and the trace's spans.
    private func run() throws -> (Report, [Event]) {
        try withTemporaryFolder { folder in
            let path = folder + "/trace.json"
            let reports = ThreadCommunicator.run(worldSize: 2) { communicator in
                try StepBenchmark(
                    configuration: Configuration(yaml: Self.yaml, file: "test.yaml"),
                    name: "test",
                    options: .init(stepCount: 3, seconds: 1, measuresLayers: true, tracePath: path),
                    communicator: communicator
                ).json()
            }
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            let report = try decoder.decode(Report.self, from: Data(reports.map { try $0.get() }[0].utf8))
            let trace = try Data(contentsOf: URL(filePath: path))
            return (report, try JSONDecoder().decode([Event].self, from: trace).filter { $0.dur != nil })
        }
    }

    @Test func theTraceHasARowForEachThreadOfEachRankAndItsSpansNest() throws {
        let (_, events) = try run()
        let rows = Dictionary(grouping: events) { [$0.pid, $0.tid] }
        #expect(Set(rows.keys) == [[0, 0], [0, 1], [1, 0], [1, 1]])
        for (row, events) in rows {
            #expect(events.filter { $0.cat == "step" }.count == (row[1] == 0 ? 3 : 0))
            // Two shards per thread, each through every layer of the residual block.
            #expect(events.filter { $0.name == "backward 2.body.0" }.count == 3 * 2)
            let spans = events.map { ($0.ts ?? 0, ($0.ts ?? 0) + ($0.dur ?? 0)) }
            for (start, end) in spans {
                let overlapping = spans.filter { $0.0 < end && start < $0.1 }
                #expect(overlapping.allSatisfy { ($0.0 <= start && end <= $0.1) || (start <= $0.0 && $0.1 <= end) })
            }
        }
    }

    @Test func partsAddUpToTheStep() throws {
        let (report, events) = try run()
        // Both come from the same spans, so other load on the machine doesn't matter.
        let steps = events.filter { $0.cat == "step" }.compactMap(\.dur)
        let sum = report.profile.parts.reduce(0) { $0 + $1.milliseconds }
        #expect(abs(sum / (steps.reduce(0, +) / Double(steps.count) / 1e3) - 1) < 1e-6)
        #expect(report.profile.parts.allSatisfy { $0.milliseconds >= 0 })
    }

    @Test func layersWithTwoGradientsHaveARowThatDividesTheBackwardPass() throws {
        let layers = try #require(try run().0.layers)
        #expect(layers.map(\.name) == ["0", "2.body.0", "2", "4"])
        // The first layer has no input gradient, and a residual block's addition has no weights.
        #expect(layers.map { $0.inputGradientMilliseconds != nil } == [false, true, false, true])
        for layer in layers {
            guard let weights = layer.weightGradientMilliseconds, let input = layer.inputGradientMilliseconds else {
                continue
            }
            #expect(abs(weights + input - layer.backwardMilliseconds) <= 1e-9 * layer.backwardMilliseconds)
        }
    }
}
