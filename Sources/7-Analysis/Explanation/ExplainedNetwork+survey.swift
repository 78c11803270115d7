import Datasets
import Networks
import Tensors

/// The results of running many images through a network once.
struct Survey {
    /// The inputs of the last layer.
    let representation: FeatureMatrix
    /// The places where the filters of some layers respond most, by layer position.
    let strongestPatches: [Int: StrongestPatches]
}

extension ExplainedNetwork {
    /// The layers whose filters are shown: the first and the last convolution or residual block.
    var filterLayers: [Int] {
        let all = layers.indices.filter { layers[$0].role == .featureMaps }
        guard let first = all.first, let last = all.last else { return [] }
        return first == last ? [first] : [first, last]
    }

    /// Runs the first images of a set.
    ///
    /// - Parameters:
    ///   - set: The images.
    ///   - count: The largest number of images.
    ///   - source: Loads the images.
    ///   - patchCount: How many patches are kept for each filter.
    /// - Returns: The results.
    func survey(_ set: ImageSet, count: Int, source: ImageSource, patchCount: Int) -> Survey {
        let penultimate = lastLayer - 1
        let representation = FeatureMatrix(
            columns: layers[penultimate].outputShape.count,
            labels: set.labels.prefix(count).map(Int32.init)
        )
        var patches: [Int: StrongestPatches] = [:]
        for layer in filterLayers {
            guard case .image(let height, let width, let channels) = layers[layer].outputShape else { continue }
            patches[layer] = StrongestPatches(
                height: height,
                width: width,
                filterCount: channels,
                countPerFilter: patchCount
            )
        }
        for start in stride(from: 0, to: representation.rows, by: maximumBatch) {
            let images = start..<min(start + maximumBatch, representation.rows)
            let columns = representation.columns
            run(batch: images.count, load: { source.load(images, from: set, into: $0) }) { layer, output in
                patches[layer]?.add(output, firstImage: start)
                guard layer == penultimate else { return }
                representation.values[start * columns..<images.upperBound * columns].copy(from: output)
            }
        }
        return Survey(representation: representation, strongestPatches: patches)
    }
}
