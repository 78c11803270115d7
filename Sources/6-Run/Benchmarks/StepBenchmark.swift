import Assembly
package import Collectives
package import ConfigurationFiles
import Datasets
import Kernels
import Metrics
import Networks
import Tensors
import Tracing
import Training

/// Measures training steps on random data in memory: `bench`.
package struct StepBenchmark: Encodable {
    /// The configuration's name.
    let config: String
    /// `reproducible` or `fast`.
    let reduction: String
    /// The arithmetic in use.
    let kernels: String
    let ranks, threadsPerRank, globalBatchSize, parameterCount: Int
    /// Milliseconds of a step on rank 0.
    let stepMilliseconds: Spread
    /// Training samples per second, for the median step.
    let imagesPerSecond: Double
    /// The rate of arithmetic over all ranks, counting the operations that define the layers, whatever the algorithm.
    let gigaflopsPerSecond: Double
    /// The rate of matrix products on all threads at once, for the best of some shapes: see `MatrixProductRate`.
    let productGigaflopsPerSecond: Double
    /// The fraction of a step in which even the last rank to finish the backward pass waited for the reduction.
    let exposedCommunicationShare: Double
    /// The largest peak memory of a rank.
    let peakMemoryBytes: Int?
    let profile: StepProfile
    /// The measurements of each layer; nil unless requested.
    let layers: [LayerRow]?

    /// How to measure.
    package struct Options: Sendable {
        /// How many steps to measure; nil for as many as `seconds` allow.
        package var stepCount: Int?
        /// About how long to measure steps.
        package var seconds: Double
        /// Whether to measure the two gradients of each layer separately.
        package var measuresLayers: Bool
        /// The file for a Chrome trace of the measured steps; nil for none.
        package var tracePath: String?

        /// Options.
        ///
        /// - Parameters:
        ///   - stepCount: How many steps to measure; nil for as many as `seconds` allow.
        ///   - seconds: About how long to measure steps.
        ///   - measuresLayers: Whether to measure the two gradients of each layer separately.
        ///   - tracePath: The file for a Chrome trace of the measured steps; nil for none.
        package init(stepCount: Int?, seconds: Double, measuresLayers: Bool, tracePath: String?) {
            self.stepCount = stepCount
            self.seconds = seconds
            self.measuresLayers = measuresLayers
            self.tracePath = tracePath
        }
    }

    private static let warmUpStepCount = 3
    private static let leastStepCount = 5
    private static let productSeconds = 0.1

    /// Runs and measures the steps.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - configuration: The configuration; only the shapes of its data set are used.
    ///   - name: The configuration's name.
    ///   - options: How to measure.
    ///   - communicator: The ranks.
    /// - Throws: The typed errors of the modules below.
    package init(
        configuration: Configuration,
        name: String,
        options: Options,
        communicator: any Communicator
    ) throws {
        if communicator.rank == 0, let path = options.tracePath { try TraceRecording.requireWritable(path) }
        let description = try configuration.dataset.describe()
        let network = try configuration.makeNetwork(worldSize: communicator.worldSize, for: description)
        let trainer = try Trainer(
            configuration: configuration,
            network: network,
            dataset: Self.syntheticDataset(configuration, like: description),
            communicator: communicator
        )
        let threads = trainer.environment.threadCount
        func productRate() throws -> MatrixProductRate {
            try MatrixProductRate(threadCount: threads, seconds: Self.productSeconds, communicator: communicator)
        }
        var rate = try productRate()
        let (recording, stepCount) = try Self.warmUp(trainer, options: options)
        let seconds = try Self.secondsOfSteps(trainer, count: stepCount)
        let peaks = try communicator.allGather(PeakMemory.bytes ?? 0)
        rate.formMaximum(with: try productRate())

        config = name
        reduction = configuration.parallel.reduction.rawValue
        kernels = "OpenBLAS \(BLAS.kernelName), \(VectorInstructions.best?.name ?? "no") vectors"
        (ranks, threadsPerRank) = (communicator.worldSize, threads)
        globalBatchSize = configuration.training.globalBatchSize
        parameterCount = network.parameterCount
        stepMilliseconds = Spread(seconds.map { $0 * 1e3 })
        imagesPerSecond = Double(globalBatchSize) / stepMilliseconds.median * 1e3
        gigaflopsPerSecond = imagesPerSecond * Double(network.trainingFLOPs) / 1e9
        productGigaflopsPerSecond = rate.gigaFLOPs
        peakMemoryBytes = peaks.max().flatMap { $0 > 0 ? $0 : nil }
        let work = network.layerWork
        profile = try StepProfile(recording.recorders, layerNames: work.map(\.name), communicator: communicator)
        exposedCommunicationShare = profile.exposedCommunicationMilliseconds / stepMilliseconds.mean
        if let path = options.tracePath { try recording.write(to: path) }
        layers = options.measuresLayers ? LayerRow.rows(work, profile: profile, trainer: trainer, rate: rate) : nil
    }

    /// Runs some steps without measuring, agrees on the number of steps to measure, and allocates memory for their
    /// spans.
    private static func warmUp(_ trainer: Trainer, options: Options) throws -> (TraceRecording, stepCount: Int) {
        let trial = try TraceRecording(of: trainer.runner, over: trainer.communicator)
        let warmUp = try secondsOfSteps(trainer, count: warmUpStepCount)
        let slowest = try trainer.communicator.allGather(warmUp.min() ?? 1).max() ?? 1
        let stepCount = options.stepCount ?? max(leastStepCount, Int(options.seconds / slowest))
        let spansPerStep = trial.recorders.map(\.spans.count).max() ?? 0
        let recording = try TraceRecording(
            of: trainer.runner,
            over: trainer.communicator,
            spansPerThread: stepCount * spansPerStep
        )
        return (recording, stepCount)
    }

    private static func secondsOfSteps(_ trainer: Trainer, count: Int) throws -> [Double] {
        try (0..<count).map { _ in
            var stopwatch = Stopwatch()
            _ = try trainer.step(stopReason: nil)
            return stopwatch.lap()
        }
    }

    /// Random images of the configured shape, for a few batches.
    private static func syntheticDataset(
        _ configuration: Configuration,
        like description: DatasetDescription
    ) -> ImageDataset {
        let shape = description.shape
        let count = 4 * configuration.training.globalBatchSize
        var random = RandomStream(seed: 1, purpose: .benchmark)
        let pixels = (0..<count * shape.count).map { _ in UInt8(truncatingIfNeeded: random.nextWord()) }
        let labels = (0..<count).map { _ in UInt16(random.nextInteger(below: description.classCount)) }
        let storage = PixelStorage(recordByteCount: shape.count, bytes: pixels)
        let set = ImageSet(shape: shape, storage: storage, labels: labels)
        return ImageDataset(
            name: "random",
            classNames: description.classNames,
            maximumPixelValue: 255,
            normalization: Normalization(
                mean: Array(repeating: 0.5, count: shape.channels),
                standardDeviation: Array(repeating: 0.25, count: shape.channels)
            ),
            training: set,
            test: set
        )
    }

    /// The results as JSON.
    ///
    /// - Returns: One object.
    /// - Throws: `EncodingError`.
    package func json() throws -> String { String(decoding: try JSON.data(self), as: UTF8.self) }
}

/// The spread of repeated measurements.
struct Spread: Encodable {
    let minimum, lowerQuartile, median, upperQuartile, maximum, mean: Double
    let count: Int

    /// - Parameter values: At least one.
    init(_ values: [Double]) {
        let sorted = values.sorted()
        minimum = sorted[0]
        lowerQuartile = sorted[sorted.count / 4]
        median = sorted[sorted.count / 2]
        upperQuartile = sorted[sorted.count * 3 / 4]
        maximum = sorted[sorted.count - 1]
        mean = values.reduce(0, +) / Double(values.count)
        count = values.count
    }
}
