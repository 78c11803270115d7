import Assembly
import Checkpoints
package import ConfigurationFiles
import Datasets
import Formatting
import Foundation
import Images
import Metrics
import ModelCheckpoints
import Networks
import Reports

/// A checkpoint to explain.
package struct ExplainedCheckpoint {
    /// A run folder, a checkpoint folder or a file of weights.
    package let path: String
    /// The configuration of the network and the data.
    package let configuration: Configuration

    /// A checkpoint to explain.
    ///
    /// - Parameters:
    ///   - path: A run folder, a checkpoint folder or a file of weights.
    ///   - configuration: The configuration of the network and the data.
    package init(path: String, configuration: Configuration) {
        self.path = path
        self.configuration = configuration
    }

    /// The name for files: that of the run's folder.
    var name: String { CheckpointStore.networkName(ofCheckpoint: path) }
}

/// A loaded checkpoint: its network, and its images as the network's input.
struct Subject {
    let name: String
    /// The checkpoint, as the user gave it.
    let path: String
    /// How the network was trained.
    let conditions: String
    let network: ExplainedNetwork
    let source: ImageSource
    /// Loads images from files.
    let pictures: PictureLoader

    private static let batchSize = 64

    init(_ checkpoint: ExplainedCheckpoint, name: String) throws {
        let configuration = checkpoint.configuration
        let network = try configuration.makeNetwork(
            maximumBatch: Self.batchSize,
            needsInputGradient: true,
            fusesLayers: false
        )
        let replica = Replica(of: network)
        try replica.restore(from: checkpoint.path)
        self.name = name
        path = checkpoint.path
        self.network = ExplainedNetwork(replica: replica, maximumBatch: Self.batchSize)
        source = try ImageSource(dataset: configuration.dataset.load())
        conditions = TrainingConditions.text(configuration, trainingCount: source.dataset.training.count)
        pictures = try PictureLoader(dataset: source.dataset, options: configuration.dataset)
    }

    /// The name with the kind and size of the network.
    var title: String {
        "\(name) (\(isConvolutional ? "CNN" : "MLP"), \(Format.grouped(network.replica.network.parameterCount)) parameters)"
    }

    /// Its color on pages, which is the same for all MLPs, and for all CNNs.
    var style: Int { isConvolutional ? 1 : 0 }

    private var isConvolutional: Bool { !network.filterLayers.isEmpty }

    var classNames: [String] { source.dataset.classNames }

    func photograph(_ image: FloatImage) -> PixelImage { image.photograph(source.dataset.normalization) }
}
