public import Collectives
public import Configuration
import Datasets
import Foundation
import Kernels
import Networks
import Tensors

/// Times training steps on random data in memory: `bench`.
public struct StepBenchmark: Sendable {
    /// The configuration's name.
    public let name: String
    /// How many ranks.
    public let worldSize: Int
    /// Compute threads of each.
    public let threadsPerRank: Int
    /// Samples of a step.
    public let globalBatchSize: Int
    /// `reproducible` or `fast`.
    public let reduction: String
    /// Seconds of a step: the median.
    public let medianStepSeconds: Double
    /// Where rank 0's time went.
    public let times: StepTimes
    /// Operations of training on one sample.
    public let trainingFLOPs: Int
    /// One core's own rate of large matrix products.
    public let productGFLOPsPerCore: Double
    /// The arithmetic in use.
    public let kernels: String

    /// Samples trained on a second.
    public var imagesPerSecond: Double { Double(globalBatchSize) / medianStepSeconds }
    /// The rate of arithmetic, over all ranks, counting what the layers define whatever is computed for it.
    public var gigaFLOPsPerSecond: Double { imagesPerSecond * Double(trainingFLOPs) / 1e9 }
    /// That rate over the cores' rate of matrix products.
    public var shareOfProductRate: Double {
        gigaFLOPsPerSecond / (productGFLOPsPerCore * Double(worldSize * threadsPerRank))
    }
    /// The share of a step that rank 0 waited for others.
    public var exposedCommunicationShare: Double { times.reduction / times.total }

    private static let warmUpStepCount = 3

    /// Runs the steps.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - configuration: What to train; its data set gives the shapes alone.
    ///   - name: The configuration's name.
    ///   - stepCount: How many steps are timed.
    ///   - communicator: The ranks.
    /// - Returns: The figures, on every rank.
    /// - Throws: The typed errors of the modules below.
    public static func run(
        configuration: Configuration,
        name: String,
        stepCount: Int,
        communicator: any Communicator
    ) throws -> StepBenchmark {
        let network = try configuration.makeNetwork(worldSize: communicator.worldSize)
        let trainer = try Trainer(
            configuration: configuration,
            network: network,
            dataset: syntheticDataset(configuration),
            communicator: communicator
        )
        let productRate = productGFLOPs()
        for _ in 0..<warmUpStepCount { _ = try trainer.step(isStopRequested: false) }
        try communicator.barrier()
        trainer.resetTimes()
        let seconds = try (0..<stepCount).map { _ in
            var stopwatch = Stopwatch()
            _ = try trainer.step(isStopRequested: false)
            return stopwatch.lap()
        }
        return StepBenchmark(
            name: name,
            worldSize: communicator.worldSize,
            threadsPerRank: trainer.environment.threadCount,
            globalBatchSize: configuration.training.globalBatchSize,
            reduction: configuration.parallel.reduction.rawValue,
            medianStepSeconds: seconds.sorted()[stepCount / 2],
            times: trainer.times,
            trainingFLOPs: network.trainingFLOPs,
            productGFLOPsPerCore: productRate,
            kernels: "OpenBLAS \(BLAS.kernelName), \(VectorInstructions.best?.name ?? "no") vectors"
        )
    }

    /// Random images of the configured shape, a few batches of them.
    private static func syntheticDataset(_ configuration: Configuration) -> ImageDataset {
        let name = configuration.dataset.name
        let shape = ImageShape(channels: name.channelCount, height: name.sidePixels, width: name.sidePixels)
        let count = 4 * configuration.training.globalBatchSize
        var random = RandomStream(seed: 1, purpose: .benchmark)
        let pixels = (0..<count * shape.count).map { _ in UInt8(truncatingIfNeeded: random.nextWord()) }
        let labels = (0..<count).map { _ in UInt8(random.nextInteger(below: name.classCount)) }
        let set = ImageSet(shape: shape, pixels: pixels, labels: labels)
        return ImageDataset(
            name: "random",
            classNames: (0..<name.classCount).map(String.init),
            maximumPixelValue: 255,
            normalization: Normalization(
                mean: Array(repeating: 0.5, count: shape.channels),
                deviation: Array(repeating: 0.25, count: shape.channels)
            ),
            training: set,
            test: set
        )
    }

    /// The best rate of a few 1024³ products on this thread.
    private static func productGFLOPs() -> Double {
        let size = 1024
        let buffers = (0..<3).map { _ in AlignedBuffer(count: size * size) }
        buffers[0].slice.fill(0.5)
        buffers[1].slice.fill(0.25)
        let seconds = withExtendedLifetime(buffers) {
            let matrices = buffers.map { MatrixView($0.slice, rows: size, columns: size) }
            return (0..<5).map { _ in
                var stopwatch = Stopwatch()
                multiply(matrices[0], matrices[1], into: matrices[2])
                return stopwatch.lap()
            }
        }
        return 2 * Double(size * size * size) / (seconds.min() ?? 1) / 1e9
    }
}

extension StepBenchmark {
    private var fields: [(name: String, value: String)] {
        let perStep = 1e3 / Double(times.stepCount)
        return [
            ("ranks", "\(worldSize)"), ("threads_per_rank", "\(threadsPerRank)"),
            ("global_batch_size", "\(globalBatchSize)"), ("steps", "\(times.stepCount)"),
            ("images_per_second", fixed(imagesPerSecond, digits: 1)),
            ("median_step_ms", fixed(medianStepSeconds * 1e3, digits: 3)),
            ("compute_ms", fixed(times.compute * perStep, digits: 3)),
            ("exposed_communication_ms", fixed(times.reduction * perStep, digits: 3)),
            ("update_ms", fixed(times.update * perStep, digits: 3)),
            ("exposed_communication_share", fixed(exposedCommunicationShare, digits: 4)),
            ("gflops_per_second", fixed(gigaFLOPsPerSecond, digits: 1)),
            ("product_gflops_per_second_a_core", fixed(productGFLOPsPerCore, digits: 1)),
            ("share_of_product_rate", fixed(shareOfProductRate, digits: 3)),
        ]
    }

    /// The figures, a line each.
    public var text: String {
        let width = fields.map(\.name.count).max() ?? 0
        let lines = fields.map { $0.name + String(repeating: " ", count: width + 2 - $0.name.count) + $0.value }
        return (["\(name), \(reduction) reduction, \(kernels)"] + lines).joined(separator: "\n")
    }

    /// The figures as JSON.
    public var json: String {
        let texts = [("config", name), ("reduction", reduction), ("kernels", kernels)].map { "\"\($0)\": \"\($1)\"" }
        return "{" + (texts + fields.map { "\"\($0.name)\": \($0.value)" }).joined(separator: ", ") + "}"
    }
}
