import Assembly
import ConfigurationFiles
import Datasets
import Networks
import Training

/// A small configuration on the digits.
struct SmallRun {
    let configuration: Configuration

    init(outputChannels: Int = 4, secondLayer: String = "relu", overrides: [String] = []) throws {
        let yaml = """
            dataset: {name: digits, limit: 100}
            network:
              layers:
                - conv2d: {outputChannels: \(outputChannels), kernel: 3, padding: same}
                - \(secondLayer)
                - flatten
                - linear: {outputFeatures: 10}
            """
        configuration = try Configuration(yaml: yaml, file: "small.yaml", overrides: overrides)
    }

    func network() throws -> Network { try configuration.makeNetwork(maximumBatch: 32) }

    func agreement(configurationText: String? = nil) throws -> StartUpAgreement {
        let network = try network()
        return StartUpAgreement(
            configurationText: configurationText ?? configuration.resolvedYAML(),
            network: network,
            dataset: try configuration.dataset.load()
        )
    }
}
