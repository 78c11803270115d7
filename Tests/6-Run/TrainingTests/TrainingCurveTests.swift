import ConfigurationFiles
import Kernels
import NetworkAssembly
import Networks
import Optimizers
import Tensors
import TestSupport
import Testing

/// Ten steps of whole networks compared with PyTorch, with weights and batches from the golden formula.
@Suite(.timeLimit(.minutes(10))) struct TrainingCurveTests {
    /// The project's promise for losses and first gradients.
    private static let tolerance = 1e-4
    /// For weights and norms of later steps: if rounding puts an activation on the other side of a kink, PyTorch's own
    /// single precision is up to 2e-4 away from double precision.
    private static let laterTolerance = 1e-3

    @Test(arguments: ["mlp", "cnn", "resnet"], ["sgd", "sgd-clipped", "adam", "adamw"])
    func lossCurvesEqualPyTorchs(network: String, optimizer: String) throws {
        let fixture = try GoldenFixture.load("curve-\(network)-\(optimizer)")
        let run = try CurveRun(GoldenNetwork.load(network), fixture, decouplesDecay: optimizer == "adamw")
        try run.train(stepCount: 10, shardCount: 1)

        // PyTorch sums the squares of a norm in single precision, and clipping carries that error into the losses.
        func error(_ values: [Float], _ tensor: String) -> Double {
            fixture.relativeError(of: values, from: tensor, precision: .float64)
        }
        #expect(error(run.losses, "losses") <= Self.tolerance)
        let firstNorm = Float(fixture["gradientNorms.float64"].doubles[0])
        #expect(abs(run.gradientNorms[0] / firstNorm - 1) <= Float(Self.tolerance))
        #expect(error(run.gradientNorms, "gradientNorms") <= Self.laterTolerance)
        for parameter in run.replica.network.parameters {
            let values = parameter.values(in: run.replica.parameters.slice)
            #expect(error(values, parameter.name) <= Self.laterTolerance, "\(parameter.name)")
        }
        for statistic in run.replica.network.statistics {
            let values = run.replica.runningStatistics.slice[statistic.range].array
            #expect(error(values, statistic.name) <= Self.laterTolerance, "\(statistic.name)")
        }
    }

    /// Networks without batch normalization, which would normalize each shard separately.
    @Test(arguments: ["mlp", "cnn"], [2, 4, 8])
    func lossCurvesDoNotDependOnTheCutOfTheBatch(network: String, shardCount: Int) throws {
        let fixture = try GoldenFixture.load("curve-\(network)-adam")
        let run = try CurveRun(GoldenNetwork.load(network), fixture, decouplesDecay: false)
        try run.train(stepCount: 10, shardCount: shardCount)
        #expect(fixture.relativeError(of: run.losses, from: "losses", precision: .float64) <= Self.tolerance)
    }
}

/// A golden network in training, with the values that its fixture has for each step.
private final class CurveRun {
    let replica: Replica
    private(set) var losses: [Float] = []
    private(set) var gradientNorms: [Float] = []
    private let golden: GoldenNetwork
    private let optimizer: Optimizer
    private let learningRate: Float
    private let gradient: AlignedBuffer
    private let shardGradient: AlignedBuffer

    init(_ golden: GoldenNetwork, _ fixture: GoldenFixture, decouplesDecay: Bool) throws {
        let shape = golden.inputShape
        let network = try Network(
            Configuration.load(path: golden.configurationPath).network,
            inputShape: .image(height: shape[1], width: shape[2], channels: shape[0]),
            classCount: golden.classCount,
            maximumBatch: golden.batchSize
        )
        self.golden = golden
        replica = Replica(of: network)
        for (parameter, source) in zip(network.parameters, golden.parameters) {
            parameter.store(golden.initialValues(of: source), in: replica.parameters.slice)
        }
        optimizer = Optimizer(
            rule: Self.rule(fixture, decouplesDecay: decouplesDecay),
            clipNorm: fixture.tensors["clipNorm"].map { Float($0.doubles[0]) },
            elementCount: network.parameterElementCount
        )
        learningRate = Float(fixture.number("learningRate"))
        gradient = AlignedBuffer(count: network.elementCount)
        shardGradient = AlignedBuffer(count: network.elementCount)
    }

    private static func rule(_ fixture: GoldenFixture, decouplesDecay: Bool) -> OptimizerRule {
        func setting(_ name: String) -> Float { Float(fixture.number(name)) }
        let weightDecay = setting("weightDecay")
        guard fixture.tensors["beta1"] != nil else {
            let isNesterov = fixture.integer("nesterov") == 1
            return .sgd(momentum: setting("momentum"), isNesterov: isNesterov, weightDecay: weightDecay)
        }
        return .adam(
            beta1: setting("beta1"),
            beta2: setting("beta2"),
            epsilon: setting("epsilon"),
            weightDecay: weightDecay,
            decouplesDecay: decouplesDecay
        )
    }

    /// Trains with each batch cut into equal shards, whose gradients are summed.
    func train(stepCount: Int, shardCount: Int) throws {
        let workspace = ShardWorkspace(for: replica.network)
        for step in 0..<stepCount {
            replica.prepareWeights()
            sumGradients(ofStep: step, shardCount: shardCount, workspace: workspace)
            let parameterGradient = gradient.slice.prefix(replica.network.parameterElementCount)
            losses.append(gradient.slice[replica.network.lossIndex] / Float(golden.batchSize))
            gradientNorms.append(Float(Elementwise.squaredNorm(of: parameterGradient).squareRoot()))
            optimizer.update(
                replica.parameters.slice,
                gradient: parameterGradient,
                learningRate: learningRate,
                step: step + 1
            )
            replica.updateRunningStatistics(from: gradient.slice, globalBatchSize: golden.batchSize)
        }
    }

    private func sumGradients(ofStep step: Int, shardCount: Int, workspace: ShardWorkspace) {
        let (images, labels) = golden.batch(step: step)
        let values = images.channelsLast
        let size = golden.batchSize / shardCount
        let loss = LossFunction(labelSmoothing: 0, gradientScale: 1 / Float(golden.batchSize))
        gradient.slice.fill(0)
        for first in stride(from: 0, to: golden.batchSize, by: size) {
            let imageCount = replica.network.inputShape.count
            let input = Array(values[first * imageCount..<(first + size) * imageCount])
            workspace.input(batch: size).copy(from: input)
            for sample in 0..<size { workspace.labels[sample] = Int32(labels[first + sample]) }
            let samples = (0..<Int32(golden.batchSize)).map { $0 }[first..<first + size]
            replica.train(
                SampleCoordinates(seed: 0, epoch: 0, samples: samples),
                loss: loss,
                gradient: shardGradient.slice,
                workspace: workspace
            ) { _ in }
            Elementwise.add(shardGradient.slice, to: gradient.slice)
        }
    }
}
