import Configuration
package import Datasets
package import Networks
import Tensors

/// Whether a layer's output moves with the image: f(shift(x)) against shift(f(x)), from the image up to each layer.
package enum Equivariance {
    /// What was measured of one layer.
    package struct LayerResult: Codable, Equatable {
        package var layer: String
        package var kind: String
        /// Pixels of the image from one output pixel to the next; nil where the output is no image.
        package var stride: Int?
        /// By how many columns the images moved.
        package var shiftPixels: Int
        /// ‖f(shift(x)) − shift(f(x))‖ / ‖f(x)‖ over the output pixels that see no border; nil where there are none.
        ///
        /// An output that is no image has nowhere to move: it is compared as it is.
        package var error: Double?
    }

    /// Moves test images to the right and measures every layer.
    ///
    /// - Parameters:
    ///   - replica: A trained network that doesn't fuse layers.
    ///   - dataset: Whose first test images are taken.
    ///   - imageCount: How many of them, at most.
    ///   - shiftPixels: By how many columns they move.
    /// - Returns: A result a layer.
    /// - Throws: `DatasetError.invalidOption` where the images are too small for that.
    package static func measure(
        _ replica: Replica,
        on dataset: ImageDataset,
        imageCount: Int,
        shiftPixels: Int
    ) throws -> [LayerResult] {
        let layers = replica.network.layerSummaries
        let workspace = ShardWorkspace(for: replica.network)
        var sums = layers.map { _ in (difference: 0.0, norm: 0.0) }
        let loaders = try [0, shiftPixels].map {
            try BatchLoader(dataset: dataset, shift: PixelShift(rows: 0, columns: $0))
        }
        replica.prepareWeights()
        let count = min(imageCount, dataset.test.count)
        for first in stride(from: 0, to: count, by: batchSize) {
            let samples = Int32(first)..<Int32(min(first + batchSize, count))
            let outputs = loaders.map { activations(of: replica, samples, loadedBy: $0, dataset, workspace) }
            for (index, layer) in layers.enumerated() {
                let comparison = Comparison(layer: layer, shiftPixels: shiftPixels, imageWidth: dataset.shape.width)
                let sum = comparison.sums(still: outputs[0][index], moved: outputs[1][index])
                sums[index].difference += sum.difference
                sums[index].norm += sum.norm
            }
        }
        return zip(layers, sums).map { layer, sum in
            LayerResult(
                layer: layer.name,
                kind: layer.kind,
                stride: layer.outputImage == nil ? nil : layer.receptiveField.columns.stride,
                shiftPixels: shiftPixels,
                error: sum.norm > 0 ? (sum.difference / sum.norm).squareRoot() : nil
            )
        }
    }

    /// Images that are run at once.
    package static let batchSize = 32

    private static func activations(
        of replica: Replica,
        _ samples: Range<Int32>,
        loadedBy loader: BatchLoader,
        _ dataset: ImageDataset,
        _ workspace: ShardWorkspace
    ) -> [[Float]] {
        workspace.labels.withUnsafeMutableBufferPointer { labels in
            loader.load(
                ArraySlice(samples),
                from: dataset.test,
                epoch: nil,
                into: workspace.input(batch: samples.count),
                labels: labels
            )
        }
        var activations: [[Float]] = []
        replica.logits(batch: samples.count, workspace: workspace) { _, output in activations.append(output.array) }
        return activations
    }

    /// How one layer's outputs for the still and the moved images are laid over each other.
    struct Comparison {
        let layer: LayerSummary
        let shiftPixels: Int
        let imageWidth: Int

        /// Sums squares over the output pixels whose receptive fields see neither padding nor what the shift moved in.
        func sums(still: [Float], moved: [Float]) -> (difference: Double, norm: Double) {
            guard let image = layer.outputImage else { return sums(still: still[...], moved: moved[...]) }
            // Where the shift is no whole number of output pixels, the nearest one below is as good as it gets.
            let field = layer.receptiveField.columns
            let offset = shiftPixels / field.stride
            let columns = (offset..<image.width).filter { column in
                let start = column * field.stride - field.padding
                return start >= shiftPixels && start + field.extent <= imageWidth
            }
            var total = (difference: 0.0, norm: 0.0)
            for row in 0..<moved.count / (image.width * image.channels) {
                for column in columns {
                    let target = (row * image.width + column) * image.channels
                    let source = target - offset * image.channels
                    let sum = sums(
                        still: still[source..<source + image.channels],
                        moved: moved[target..<target + image.channels]
                    )
                    total.difference += sum.difference
                    total.norm += sum.norm
                }
            }
            return total
        }

        private func sums(still: ArraySlice<Float>, moved: ArraySlice<Float>) -> (difference: Double, norm: Double) {
            zip(still, moved).reduce(into: (difference: 0.0, norm: 0.0)) { sums, pair in
                let (still, moved) = (Double(pair.0), Double(pair.1))
                sums.difference += (moved - still) * (moved - still)
                sums.norm += still * still
            }
        }
    }
}

extension LayerSummary {
    /// The rows, columns and channels of the output, flattened or not; nil where it is no image.
    var outputImage: (height: Int, width: Int, channels: Int)? {
        switch outputShape {
        case .image(let height, let width, let channels): (height, width, channels)
        case .vector(_, let image): image.map { ($0.height, $0.width, $0.channels) }
        }
    }
}
