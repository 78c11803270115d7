import Explanation
import Networks
import Tensors
import TestSupport

/// The network and the image of the fixture `explanation`.
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

    private static let layers: [any Layer] = [
        convolution(4), ReLU(), MaxPool2D(kernel: 2),
        convolution(6), BatchNorm2D(), ReLU(),
        Residual(body: [convolution(6), ReLU(), convolution(6)]), ReLU(),
        Flatten(), Linear(outputFeatures: 8), ReLU(), Linear(outputFeatures: 10),
    ]
}

/// A 3×3 convolution with padding `same`.
func convolution(_ outputChannels: Int) -> Conv2D {
    Conv2D(outputChannels: outputChannels, kernel: 3, padding: .same)
}

extension ExplainedNetwork {
    /// A network with the given layers.
    ///
    /// - Parameters:
    ///   - layers: The layers, first to last.
    ///   - height: Rows of its images.
    ///   - width: Columns of its images.
    ///   - channels: Channels of its images.
    ///   - classCount: Its logits.
    ///   - values: Returns a parameter or running statistic by its name, in the order of files.
    /// - Throws: `LayerError`.
    convenience init(
        layers: [any Layer],
        height: Int,
        width: Int,
        channels: Int,
        classCount: Int = 10,
        values: (String) -> [Float]
    ) throws {
        let network = try Network(
            layers,
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
