import Datasets
import Export
import Networks
import Tensors
import TestSupport

/// A network for the digits, with weights and running statistics from the golden formula.
struct SmallNetwork {
    static let imageCount = 5

    let exported: ExportedNetwork
    private let replica: Replica
    private let dataset: ImageDataset

    init(_ layers: [any Layer], permutationSeed: UInt64? = nil, name: String = "small") throws {
        let digits = DigitsDataset.load()
        dataset = permutationSeed.map(digits.permutingPixels) ?? digits
        let network = try Network(
            layers,
            inputShape: .image(height: 8, width: 8, channels: 1),
            classCount: 10,
            maximumBatch: Self.imageCount,
            fusesLayers: false
        )
        replica = Replica(of: network)
        for parameter in network.parameters {
            let values = GoldenFormula.parameter(parameter.name, count: parameter.count, offset: 0.1, scale: 0.5)
            parameter.store(values, in: replica.parameters.slice)
        }
        for statistic in network.statistics {
            let values = GoldenFormula.parameter(statistic.name, count: statistic.count, offset: 0.7, scale: 0.5)
            replica.runningStatistics.slice[statistic.range].copy(from: values)
        }
        replica.prepareWeights()
        exported = ExportedNetwork(replica: replica, dataset: dataset, name: name)
    }

    /// The network's own logits for the first test images.
    func logits() throws -> [Float] {
        let workspace = ShardWorkspace(for: replica.network)
        let loader = try BatchLoader(dataset: dataset, augmentation: .none, seed: 0)
        let samples = (0..<Int32(Self.imageCount)).map { $0 }
        workspace.labels.withUnsafeMutableBufferPointer { labels in
            loader.load(
                samples[...],
                from: dataset.test,
                epoch: nil,
                into: workspace.input(batch: samples.count),
                labels: labels
            )
        }
        return replica.logits(batch: samples.count, workspace: workspace).array
    }

    /// The first test images, as input of an exported network.
    func images(areScaled: Bool) -> ONNXInterpreter.Value {
        let (mean, deviation) = (dataset.normalization.mean[0], dataset.normalization.standardDeviation[0])
        let pixels = dataset.test.pixels.prefix(Self.imageCount * 64).map { pixel in
            areScaled ? (Float(pixel) / 16 - mean) / deviation : Float(pixel)
        }
        return ONNXInterpreter.Value(shape: [Self.imageCount, 1, 8, 8], values: pixels)
    }
}
