import Assembly
import Checkpoints
package import ConfigurationFiles
package import Datasets
import Foundation
import ModelCheckpoints
package import Networks
import Tensors

/// A trained network for other systems: the configuration's layers without fusion, tensors with PyTorch's names and
/// layouts, and the normalization of pixels.
package struct ExportedNetwork {
    /// Its name: that of its run or file.
    let name: String
    let network: Network
    /// The parameters and running statistics, in definition order.
    let tensors: [NamedTensor]
    /// Channels, rows and columns of an image; the number of features for other samples.
    let inputExtents: [Int]
    let pixels: PixelScaling
    /// The name of each class, by label.
    let classNames: [String]

    /// The normalization of an image's pixels, `(pixel / maximum - mean) / standardDeviation` for each channel, and the
    /// permutation after it.
    package struct PixelScaling: Sendable, Equatable {
        /// The pixel value of full brightness.
        let maximum: Float
        let mean: [Float]
        let standardDeviation: [Float]
        /// The destination of each pixel position `[H × W]`; nil if pixels stay in place.
        let permutation: [Int32]?
    }

    /// The kinds of layers that can be exported.
    package static var exportableKinds: Set<String> { Set(LayerMapping.all.map(\.kind)) }

    /// Loads a checkpoint.
    ///
    /// - Parameters:
    ///   - checkpoint: A run folder, a checkpoint folder or a file of weights.
    ///   - configuration: The configuration of the network and the data.
    ///   - notice: Called for newer checkpoints that were skipped.
    /// - Throws: The typed errors of the modules below.
    package init(checkpoint: String, configuration: Configuration, notice: (String) -> Void = { _ in }) throws {
        // Only the arrays themselves show what their full brightness is.
        let dataset =
            configuration.dataset.name == .arrays
            ? try configuration.dataset.load() : try configuration.trainedDataset(of: checkpoint)
        let network = try configuration.makeNetwork(maximumBatch: 1, for: dataset.description, fusesLayers: false)
        let replica = Replica(of: network)
        try replica.restore(from: checkpoint, notice: notice)
        self.init(replica: replica, dataset: dataset, name: CheckpointStore.networkName(ofCheckpoint: checkpoint))
    }

    /// - Parameters:
    ///   - replica: A trained network, made with `fusesLayers: false`.
    ///   - dataset: The data set on which it was trained.
    ///   - name: Its name.
    package init(replica: Replica, dataset: ImageDataset, name: String) {
        self.name = name
        network = replica.network
        inputExtents =
            switch network.inputShape {
            case .image(let height, let width, let channels): [channels, height, width]
            case .vector(let count, _): [count]
            }
        tensors =
            replica.network.parameters.map { parameter in
                NamedTensor(
                    name: parameter.name,
                    shape: parameter.shape,
                    values: parameter.values(in: replica.parameters.slice)
                )
            }
            + replica.network.statistics.map { statistic in
                NamedTensor(
                    name: statistic.name,
                    shape: [statistic.count],
                    values: statistic.values(in: replica.runningStatistics.slice)
                )
            }
        pixels = PixelScaling(
            maximum: Float(dataset.maximumPixelValue),
            mean: dataset.normalization.mean,
            standardDeviation: dataset.normalization.standardDeviation,
            permutation: dataset.pixelPermutation
        )
        classNames = dataset.classNames
    }
}
