import Assembly
import Checkpoints
package import Configuration
package import Datasets
import Foundation
import ModelCheckpoints
package import Networks
import Tensors

/// A trained network as other systems get it: the configuration's own layers, none fused, tensors under PyTorch's names and
/// in its layouts, and what lies between an image's bytes and the network.
package struct ExportedNetwork {
    /// What it is called: its run's or file's name.
    let name: String
    let network: Network
    /// The parameters and running statistics, in definition order.
    let tensors: [NamedTensor]
    /// Channels, rows and columns of an image; the number of features of a sample that is none.
    let inputExtents: [Int]
    let pixels: PixelScaling
    /// The name of each class, by label.
    let classNames: [String]

    /// What becomes of an image's bytes before the network gets them: `(pixel / maximum - mean) / deviation`, each channel
    /// by its own figures, and then the permutation.
    package struct PixelScaling: Sendable, Equatable {
        /// The pixel value that stands for full brightness.
        let maximum: Float
        let mean: [Float]
        let standardDeviation: [Float]
        /// Where each pixel position `[H × W]` goes; nil where all stay.
        let permutation: [Int32]?
    }

    /// The kinds of layers that can be exported.
    package static var exportableKinds: Set<String> { Set(LayerMapping.all.map(\.kind)) }

    /// Loads a checkpoint.
    ///
    /// - Parameters:
    ///   - checkpoint: A run folder, a checkpoint folder or a file of weights.
    ///   - configuration: What names network and data.
    ///   - notice: Told of newer checkpoints that were passed over.
    /// - Throws: The typed errors of the modules below.
    package init(checkpoint: String, configuration: Configuration, notice: (String) -> Void = { _ in }) throws {
        // Only arrays themselves tell what their full brightness is.
        let dataset =
            configuration.dataset.name == .arrays
            ? try configuration.dataset.load() : try configuration.trainedDataset(of: checkpoint)
        let network = try configuration.makeNetwork(maximumBatch: 1, for: dataset.description, fusesLayers: false)
        let replica = Replica(of: network)
        try replica.restore(from: checkpoint, notice: notice)
        let components = URL(fileURLWithPath: checkpoint).standardizedFileURL.pathComponents
        let name = components.last { !$0.hasPrefix("step-") && $0 != "model.safetensors" && $0 != "checkpoints" }
        self.init(
            replica: replica,
            dataset: dataset,
            name: name.map { $0 == "/" ? "network" : $0 } ?? "network"
        )
    }

    /// - Parameters:
    ///   - replica: A trained network, made with `fusesLayers: false`.
    ///   - dataset: What it was trained on.
    ///   - name: What it is called.
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
                    values: replica.runningStatistics.slice[statistic.range].array
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
