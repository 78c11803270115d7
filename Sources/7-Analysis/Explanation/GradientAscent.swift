import Networks
import Tensors

/// Gradient ascent to images that excite a unit most: the typical image of a class or filter.
///
/// Simonyan et al. (2014, equation 1) for classes, Erhan et al. ("Visualizing higher-layer features of a deep network",
/// 2009) for units. The regularization is from Yosinski et al. ("Understanding neural networks through deep
/// visualization", 2015, section 3): decay towards the mean color and a slight blur. In addition, pixels are clamped to
/// the range of real ones.
package struct GradientAscent: Sendable {
    /// The number of steps.
    package var stepCount = 100
    /// The step size: the root mean square of the change, in standard deviations of the data set's pixels.
    package var stepSize: Float = 0.1
    /// The fraction by which the image decays in each step.
    package var decay: Float = 0.05
    /// Steps between blurs.
    package var blurInterval = 4
    /// The standard deviation of the initial noise.
    package var noise: Float = 0.1
    /// The seed of the noise.
    package var seed: UInt64 = 0

    /// The defaults.
    package init() {}

    /// Starts from noise, separately for each unit.
    ///
    /// - Parameters:
    ///   - network: The network.
    ///   - layer: The layer of the units.
    ///   - elements: The units, as indices into the layer's output.
    ///   - range: The minimum and maximum of a pixel, for each channel.
    /// - Returns: One image per unit.
    package func images(
        of network: ExplainedNetwork,
        layer: Int,
        elements: [Int],
        range: [ClosedRange<Float>]
    ) -> [FloatImage] {
        stride(from: 0, to: elements.count, by: network.maximumBatch).flatMap { start in
            let batch = Array(elements[start..<min(start + network.maximumBatch, elements.count)])
            let noisy = batch.indices.map { index in
                var random = RandomStream(seed: seed, purpose: .explanation, index: start + index)
                let count = network.replica.network.inputShape.count
                return network.image((0..<count).map { _ in random.nextNormal() * noise })
            }
            return climb(from: noisy, network: network, layer: layer, elements: batch, range: range)
        }
    }

    /// Starts from given images, at most as many as the network runs at once; the arguments are those of `images`.
    package func climb(
        from start: [FloatImage],
        network: ExplainedNetwork,
        layer: Int,
        elements: [Int],
        range: [ClosedRange<Float>]
    ) -> [FloatImage] {
        var images = start
        for step in 1...stepCount {
            let gradients = network.gradients(ofLayer: layer, elements: elements, images: images)
            for index in images.indices {
                images[index] = moved(images[index], along: gradients[index])
                if step % blurInterval == 0 { images[index] = images[index].blurred }
                images[index] = images[index].clamped(to: range)
            }
        }
        return images
    }

    private func moved(_ image: FloatImage, along gradient: FloatImage) -> FloatImage {
        let meanSquare = gradient.values.reduce(Float(0)) { $0 + $1 * $1 } / Float(gradient.values.count)
        // If nothing excites a unit, its gradient is zero, and its image only decays.
        let scale = meanSquare > 0 ? stepSize / meanSquare.squareRoot() : 0
        var moved = image
        for i in moved.values.indices { moved.values[i] = (image.values[i] + scale * gradient.values[i]) * (1 - decay) }
        return moved
    }
}

extension FloatImage {
    /// The image blurred with the weights 1/4, 1/2, 1/4 along rows and columns, with the edges repeated.
    package var blurred: FloatImage { blurred(rowStep: 0, columnStep: 1).blurred(rowStep: 1, columnStep: 0) }

    private func blurred(rowStep: Int, columnStep: Int) -> FloatImage {
        var result = self
        for row in 0..<height {
            for column in 0..<width {
                let before = (max(row - rowStep, 0), max(column - columnStep, 0))
                let after = (min(row + rowStep, height - 1), min(column + columnStep, width - 1))
                for channel in 0..<channels {
                    let sides = self[before.0, before.1, channel] + self[after.0, after.1, channel]
                    result[row, column, channel] = 0.5 * self[row, column, channel] + 0.25 * sides
                }
            }
        }
        return result
    }

    /// The image with each channel clamped to a range.
    func clamped(to range: [ClosedRange<Float>]) -> FloatImage {
        var result = self
        for i in values.indices {
            let bounds = range[i % channels]
            result.values[i] = min(max(values[i], bounds.lowerBound), bounds.upperBound)
        }
        return result
    }
}
