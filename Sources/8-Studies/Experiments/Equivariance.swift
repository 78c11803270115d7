import ConfigurationFiles
package import Datasets
package import Networks
import Tensors

/// Measures whether a layer's output shifts with the image: f(shift(x)) compared with shift(f(x)), from the image up to
/// each layer.
package enum Equivariance {
    /// The measurement of one layer.
    package struct LayerResult: Codable, Equatable {
        package var layer: String
        package var kind: String
        /// Pixels of the image from one output pixel to the next; nil if the output isn't an image.
        package var stride: Int?
        /// The shift of the images in columns.
        package var shiftPixels: Int
        /// ‖f(shift(x)) − shift(f(x))‖ / ‖f(x)‖ over the output pixels that don't depend on the border; nil if there
        /// are none.
        ///
        /// An output that isn't an image can't shift: it is compared unshifted.
        package var error: Double?
    }

    /// Shifts test images to the right and measures every layer.
    ///
    /// - Parameters:
    ///   - replica: A trained network without fused layers.
    ///   - dataset: The data set, whose first test images are used.
    ///   - imageCount: The largest number of images.
    ///   - shiftPixels: The shift in columns.
    /// - Returns: One result per layer.
    /// - Throws: `DatasetError.invalidOption` if the images are too small for the shift.
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

    /// Images in a batch.
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

    /// The comparison of a layer's outputs for the original and the shifted images.
    struct Comparison {
        let layer: LayerSummary
        let shiftPixels: Int
        let imageWidth: Int

        /// Sums squares over the output pixels whose receptive fields contain neither padding nor pixels that the shift
        /// moved in.
        func sums(still: [Float], moved: [Float]) -> (difference: Double, norm: Double) {
            guard let image = layer.outputImage else { return sums(still: still[...], moved: moved[...]) }
            // If the shift isn't a multiple of the output's stride, the next smaller multiple is used.
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
    /// The rows, columns and channels of the output, flattened or not; nil if it isn't an image.
    var outputImage: (height: Int, width: Int, channels: Int)? {
        switch outputShape {
        case .image(let height, let width, let channels): (height, width, channels)
        case .vector(_, let image): image.map { ($0.height, $0.width, $0.channels) }
        }
    }
}
