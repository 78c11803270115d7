import Configuration
import Explanation
import Networks
import Tensors
import TestSupport

/// The network of the fixture `explanation`, and its image.
struct GoldenExplanation {
    let fixture: GoldenFixture
    let network: ExplainedNetwork
    let image: FloatImage

    init() throws {
        fixture = try GoldenFixture.load("explanation")
        network = try ExplainedNetwork(layers: Self.layers, height: 8, width: 8, channels: 3) { [fixture] in
            fixture[$0].values
        }
        image = network.image(fixture["image"].channelsLast)
    }

    var label: Int { fixture.integer("label") }

    private static let layers = """
        - conv2d: {outputChannels: 4, kernel: 3, padding: same}
        - relu
        - maxPool2d: {kernel: 2}
        - conv2d: {outputChannels: 6, kernel: 3, padding: same}
        - batchNorm2d
        - relu
        - residual:
            body:
              - conv2d: {outputChannels: 6, kernel: 3, padding: same}
              - relu
              - conv2d: {outputChannels: 6, kernel: 3, padding: same}
        - relu
        - flatten
        - linear: {outputFeatures: 8}
        - relu
        - linear: {outputFeatures: 10}
        """
}

extension ExplainedNetwork {
    /// A network with given layers.
    ///
    /// - Parameters:
    ///   - layers: YAML.
    ///   - height: Rows of its images.
    ///   - width: Columns of its images.
    ///   - channels: Channels of its images.
    ///   - classCount: Its logits.
    ///   - values: Gives a parameter or running statistic by its name, in the order of files.
    /// - Throws: `ConfigurationError`.
    convenience init(
        layers: String,
        height: Int,
        width: Int,
        channels: Int,
        classCount: Int = 10,
        values: (String) -> [Float]
    ) throws {
        let indented = layers.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
        let network = try Network(
            Configuration(yaml: "network:\n  layers:\n\(indented)\n", file: "test.yaml").network,
            inputShape: .image(height: height, width: width, channels: channels),
            classCount: classCount,
            maximumBatch: 8,
            needsInputGradient: true,
            fusesLayers: false
        )
        let replica = Replica(of: network)
        for parameter in network.parameters { parameter.store(values(parameter.name), in: replica.parameters.slice) }
        for statistic in network.statistics {
            replica.runningStatistics.slice[statistic.range].copy(from: values(statistic.name))
        }
        self.init(replica: replica, maximumBatch: 8)
    }
}
