import Foundation
import Metrics
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct RunSummaryTests {
    private let summary = RunSummary(
        configName: "cnn",
        seed: 7,
        parameters: 282_250,
        epochs: 6,
        steps: 2346,
        trainLoss: 0.75,
        testLoss: .nan,
        testAccuracy: 0.6997,
        wallSeconds: 160.5,
        imagesPerSecond: 1903,
        checkpointWaitSeconds: 0.125,
        worldSize: 4,
        threadsPerRank: 1,
        libraries: ["Open MPI": "4.1.4", "OpenBLAS": "0.3.21"],
        completed: true
    )

    @Test func isCanonicalText() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/summary.json"
            try "an older one".write(toFile: path, atomically: false, encoding: .utf8)
            try summary.write(path: path)
            #expect(
                try String(contentsOfFile: path, encoding: .utf8) == """
                    {
                      "checkpoint_wait_seconds" : 0.125,
                      "completed" : true,
                      "config_name" : "cnn",
                      "epochs" : 6,
                      "images_per_second" : 1903,
                      "libraries" : {
                        "Open MPI" : "4.1.4",
                        "OpenBLAS" : "0.3.21"
                      },
                      "parameters" : 282250,
                      "seed" : 7,
                      "steps" : 2346,
                      "test_accuracy" : 0.6997,
                      "test_loss" : "NaN",
                      "threads_per_rank" : 1,
                      "train_loss" : 0.75,
                      "wall_seconds" : 160.5,
                      "world_size" : 4
                    }

                    """
            )
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["summary.json"])
        }
    }

    @Test func readsBackAsWritten() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/summary.json"
            var written = summary
            written.testLoss = 1.0 / 3
            written.weightsSha256 = "00ff"
            written.gitCommit = "df67220"
            written.stoppedBecause = "SIGTERM"
            try written.write(path: path)
            #expect(try RunSummary(path: path) == written)
        }
    }

    @Test(arguments: [
        ("{}", "the field 'config_name' is missing"), ("{", "it is no JSON object"), ("", "it is no JSON object"),
    ])
    func namesTheBrokenField(text: String, reason: String) throws {
        try withTemporaryFolder { folder in
            let path = folder + "/summary.json"
            try text.write(toFile: path, atomically: false, encoding: .utf8)
            #expect(throws: MetricsError.brokenSummary(path: path, reason: reason)) { try RunSummary(path: path) }
        }
    }

    @Test func saysWhereItCannotWrite() throws {
        let error = try #require(throws: MetricsError.self) { try summary.write(path: "/nowhere/summary.json") }
        #expect(error.description.hasPrefix("/nowhere/summary.json: can't be written: "))
    }
}
