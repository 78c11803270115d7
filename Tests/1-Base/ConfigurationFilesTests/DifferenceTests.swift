import ConfigurationFiles
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct DifferenceTests {
    private func differences(_ overrides: String...) throws -> [Configuration.Difference] {
        let texts = [try minimal().resolvedYAML(), try minimal(overrides).resolvedYAML()]
        return try #require(Configuration.differences(from: texts[0], to: texts[1]))
    }

    @Test func eachSettingIsComparedByItsKey() throws {
        #expect(try differences() == [])
        let found = try differences("optimizer.learningRate=0.01", "augmentation.mirror=true")
        #expect(found.map(\.keyPath) == ["augmentation.mirror", "optimizer.learningRate"])
        #expect(found.text == "augmentation.mirror was false, now true; optimizer.learningRate was 0.001, now 0.01")
    }

    @Test func settingsWithoutInfluenceOnTheResultAreKnown() throws {
        let found = try differences(
            "logging.everySteps=7",
            "parallel.threadsPerRank=2",
            "checkpoint.everySteps=9",
            "parallel.virtualShards=4"
        )
        #expect(found.count == 4)
        #expect(found.filter(\.concernsResult).map(\.keyPath) == ["parallel.virtualShards"])
    }

    @Test func aKeyUnknownToAnEarlierProgramIsNotADifference() throws {
        let former = "optimizer: {name: adam}\nnetwork: {layers: [{linear: {outputFeatures: 10}}]}"
        let now = """
            optimizer: {name: adam, amsgrad: false}
            loss: {name: crossEntropy}
            network: {layers: [{linear: {outputFeatures: 10, bias: true}}, {dropout: {probability: 0.5}}, relu]}
            """
        let found = try #require(Configuration.differences(from: former, to: now))
        #expect(found.map(\.keyPath) == ["network.layers[1].dropout.probability", "network.layers[2]"])
        #expect(found.map(\.first) == [nil, nil])
    }

    @Test func theConfigurationInARunFolderUsesThatFolder() throws {
        try withTemporaryFolder { folder in
            let configuration = try minimal("run.directory=runs/elsewhere")
            #expect(configuration.run.directory == "runs/elsewhere")
            #expect(!configuration.resolvedYAML().contains("elsewhere"))
            let path = "\(folder)/config.yaml"
            try configuration.resolvedYAML().write(toFile: path, atomically: true, encoding: .utf8)
            #expect(try Configuration.load(path: path).run.directory == "runs/config")
            try "".write(toFile: "\(folder)/metrics.jsonl", atomically: true, encoding: .utf8)
            #expect(try Configuration.load(path: path).run.directory == folder)
        }
    }
}
