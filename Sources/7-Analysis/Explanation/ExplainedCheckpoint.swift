import Assembly
package import ConfigurationFiles
import Datasets
import Formatting
import Foundation
import Images
import Metrics
import ModelCheckpoints
import Networks
import Reports

/// A checkpoint that is to be explained.
package struct ExplainedCheckpoint {
    /// A run folder, a checkpoint folder or a file of weights.
    package let path: String
    /// What names network and data.
    package let configuration: Configuration

    /// Names a checkpoint.
    ///
    /// - Parameters:
    ///   - path: A run folder, a checkpoint folder or a file of weights.
    ///   - configuration: What names network and data.
    package init(path: String, configuration: Configuration) {
        self.path = path
        self.configuration = configuration
    }

    /// What the pictures are named after: the run's folder.
    var name: String {
        let components = URL(fileURLWithPath: path).standardizedFileURL.pathComponents
        return components.last { !$0.hasPrefix("step-") && !$0.hasSuffix(".safetensors") && $0 != "checkpoints" }
            .map { $0 == "/" ? "network" : $0 } ?? "network"
    }
}

/// A loaded checkpoint: its network, and its images as the network gets them.
struct Subject {
    let name: String
    /// The checkpoint, as it was given.
    let path: String
    /// How it was trained.
    let conditions: String
    let network: ExplainedNetwork
    let source: ImageSource
    /// Loads images that aren't of the data set.
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

    /// The name with the kind of network and its size.
    var title: String {
        "\(name) (\(isConvolutional ? "CNN" : "MLP"), \(Format.grouped(network.replica.network.parameterCount)) parameters)"
    }

    /// Which of a page's colors it has: on all pages the same for an MLP, and for a CNN.
    var style: Int { isConvolutional ? 1 : 0 }

    private var isConvolutional: Bool { !network.filterLayers.isEmpty }

    var classNames: [String] { source.dataset.classNames }

    func photograph(_ image: FloatImage) -> PixelImage { image.photograph(source.dataset.normalization) }
}
