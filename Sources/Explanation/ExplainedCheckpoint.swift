public import Configuration
import Datasets
import Foundation
import Images
import Metrics
import Networks
import Training

/// A checkpoint that is to be explained.
public struct ExplainedCheckpoint {
    /// A run folder, a checkpoint folder or a file of weights.
    public let path: String
    /// What names network and data.
    public let configuration: Configuration
    /// Which of a page's colors it has; nil for its position among the others.
    package let style: Int?

    /// Names a checkpoint.
    ///
    /// - Parameters:
    ///   - path: A run folder, a checkpoint folder or a file of weights.
    ///   - configuration: What names network and data.
    public init(path: String, configuration: Configuration) {
        self.init(path: path, configuration: configuration, style: nil)
    }

    package init(path: String, configuration: Configuration, style: Int?) {
        self.path = path
        self.configuration = configuration
        self.style = style
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
    /// Which of a page's colors it has.
    let style: Int
    let network: ExplainedNetwork
    let source: ImageSource

    private static let batchSize = 64

    init(_ checkpoint: ExplainedCheckpoint, name: String, style: Int) throws {
        let configuration = checkpoint.configuration
        let network = try configuration.makeNetwork(
            maximumBatch: Self.batchSize,
            needsInputGradient: true,
            fusesLayers: false
        )
        let replica = Replica(of: network)
        try replica.restore(from: checkpoint.path)
        self.name = name
        self.style = style
        path = checkpoint.path
        self.network = ExplainedNetwork(replica: replica, maximumBatch: Self.batchSize)
        source = try ImageSource(dataset: configuration.dataset.load())
    }

    /// The name with the kind of network and its size.
    var title: String {
        let kind = network.filterLayers.isEmpty ? "MLP" : "CNN"
        return "\(name) (\(kind), \(Format.grouped(network.replica.network.parameterCount)) parameters)"
    }

    var classNames: [String] { source.dataset.classNames }

    func photograph(_ image: FloatImage) -> PixelImage { image.photograph(source.dataset.normalization) }
}
