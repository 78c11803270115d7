import ConfigurationFiles
import Foundation
import Tensors
import TestSupport
import Testing

/// Choosing another optimizer, schedule or network over a file's.
@Suite(.timeLimit(.minutes(10))) struct ChoiceOverrideTests {
    private let yaml = """
        network: {layers: [relu]}
        optimizer: {name: sgd, momentum: 0.9, nesterov: true, learningRate: 0.1}
        schedule: {name: step, stepEpochs: 2}
        """

    private func configuration(_ overrides: String...) throws(ConfigurationError) -> Configuration {
        try Configuration(yaml: yaml, file: "a.yaml", overrides: overrides)
    }

    @Test func keysOfAnotherOptimizerInTheFileAreIgnoredWithANote() throws {
        let configuration = try configuration("optimizer.name=adam")
        #expect(configuration.optimizer.rule == .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8))
        #expect(configuration.optimizer.learningRate == 0.1)
        #expect(
            configuration.notes == [
                "optimizer.momentum (a.yaml:2) is left out: it goes with another optimizer",
                "optimizer.nesterov (a.yaml:2) is left out: it goes with another optimizer",
            ]
        )
        #expect(!configuration.resolvedYAML().contains("momentum"))
    }

    @Test func keysOfAnotherScheduleInTheFileAreIgnored() throws {
        let configuration = try configuration("schedule.name=cosine")
        #expect(configuration.schedule.shape == .cosine(finalFraction: 0))
        #expect(configuration.notes.count == 1)
    }

    @Test func keysOnTheCommandLineAreNotIgnored() throws {
        let error = try #require(throws: ConfigurationError.self) {
            try configuration("optimizer.name=adam", "optimizer.momentum=0.5")
        }
        #expect(
            error.description.contains("--set: optimizer.momentum: adam has no such key, sgd and muon have"),
            "\(error)"
        )
        #expect(throws: ConfigurationError.self) {
            try Configuration(yaml: yaml.replacing("name: sgd", with: "name: adam"), file: "a.yaml")
        }
    }

    @Test(arguments: ["optimizer.momentum=null", "optimizer=null", "schedule.stepEpochs=null", "training=null"])
    func nullMeansTheDefaultEverywhere(override: String) throws {
        let configuration = try configuration(
            "optimizer.name=adam",
            "optimizer.nesterov=null",
            "schedule.name=constant",
            override
        )
        #expect(!configuration.resolvedYAML().contains("null\n  nesterov"))
    }

    @Test func theNetworkOfAnotherConfigurationCanBeUsedByName() throws {
        try withTemporaryFolder { folder in
            let other = "\(folder)/other.yaml"
            try "network: {initialization: heNormal, layers: [flatten, relu]}\noptimizer: {name: adam}\n"
                .write(toFile: other, atomically: true, encoding: .utf8)
            let configuration = try configuration("network=\(other)")
            #expect(configuration.network.layers.map(\.kind) == ["flatten", "relu"])
            #expect(configuration.network.initialization == .heNormal)
            #expect(configuration.optimizer.rule == .sgd(momentum: 0.9, nesterov: true), "only the network")
            let again = try Configuration(yaml: configuration.resolvedYAML(), file: "a.yaml")
            #expect(again.network.layers.map(\.kind) == ["flatten", "relu"], "config.yaml holds the layers")
            try "network: \(other)\n".write(toFile: "\(folder)/third.yaml", atomically: true, encoding: .utf8)
            let error = try #require(throws: ConfigurationError.self) {
                try self.configuration("network=\(folder)/third.yaml")
            }
            #expect(error.description.contains("third.yaml: network: has no layers of its own"))
        }
        #expect(throws: ConfigurationError.self) { try configuration("network=none.yaml") }
    }

    @Test func aByteOrderMarkIsSkipped() throws {
        _ = try Configuration(yaml: "\u{FEFF}" + yaml, file: "a.yaml")
    }
}
