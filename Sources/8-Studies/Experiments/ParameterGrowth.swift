package import Networks

/// The number of parameters in a first layer as a function of the image size, counted by the layers themselves.
package struct ParameterGrowth: Sendable, Equatable {
    /// The first layer of a network.
    package enum Layer: Sendable, Equatable {
        /// A dense layer with this number of units.
        case dense(units: Int)
        /// A 3×3 convolution with this number of filters.
        case convolution(filters: Int)
    }

    /// Rows and columns of the images.
    package let sidePixels: Int
    /// 1 for gray, 3 for RGB.
    package let channels: Int
    package let layer: Layer
    package let weightCount: Int
    package let biasCount: Int

    /// Counts a layer's parameters.
    ///
    /// - Parameters:
    ///   - layer: The layer.
    ///   - sidePixels: Rows and columns of the images.
    ///   - channels: 1 for gray, 3 for RGB.
    /// - Throws: `LayerError` for a layer that doesn't fit such images.
    package init(_ layer: Layer, sidePixels: Int, channels: Int) throws(LayerError) {
        let (layers, outputCount): ([any Networks.Layer], Int) =
            switch layer {
            case .dense(let units): ([Flatten(), Linear(outputFeatures: units)], units)
            case .convolution(let filters):
                (
                    [Conv2D(outputChannels: filters, kernel: 3, padding: .same), Flatten()],
                    sidePixels * sidePixels * filters
                )
            }
        let network = try Network(
            layers,
            inputShape: .image(height: sidePixels, width: sidePixels, channels: channels),
            classCount: outputCount,
            maximumBatch: 1
        )
        self.layer = layer
        self.sidePixels = sidePixels
        self.channels = channels
        weightCount = network.parameters[0].count
        biasCount = network.parameters[1].count
    }

    /// All trained values.
    package var parameterCount: Int { weightCount + biasCount }
    /// Memory of the weights, without biases.
    package var weightBytes: Int { weightCount * MemoryLayout<Float>.stride }
    /// Memory of weights, gradients and Adam's two moments, without biases.
    package var trainingBytes: Int { 4 * weightBytes }

    /// The examples of the page's table.
    package static func examples() throws(LayerError) -> [ParameterGrowth] {
        let examples: [(Layer, sidePixels: Int, channels: Int)] = [
            (.dense(units: 512), 8, 1), (.dense(units: 512), 28, 1), (.dense(units: 512), 32, 3),
            (.convolution(filters: 32), 32, 3), (.dense(units: 512), 224, 3), (.dense(units: 64), 256, 3),
            (.convolution(filters: 64), 256, 3), (.dense(units: 1024), 256, 3), (.dense(units: 1000), 1000, 1),
            (.dense(units: 1_000_000), 1000, 1), (.convolution(filters: 64), 1000, 1),
        ]
        var rows: [ParameterGrowth] = []
        for example in examples {
            rows.append(
                try ParameterGrowth(example.0, sidePixels: example.sidePixels, channels: example.channels)
            )
        }
        return rows
    }
}
