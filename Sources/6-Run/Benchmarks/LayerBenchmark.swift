package import Networks
import Tensors

/// Measures the passes of one layer, outside of its network, on the calling thread and with random input.
///
/// The backward pass computes all gradients at once. To separate them, it is also measured without the input gradient:
/// that is the time of the weight gradient, and the difference is the time of the input gradient.
package struct LayerBenchmark {
    private let layer: any LayerPlan
    private let pass: LayerPass
    private let input, output, outputGradient, inputGradient, parameterGradient: AlignedBuffer
    /// Keeps the memory of `pass` alive.
    private let lent: [AlignedBuffer]
    private let now: () -> Duration

    /// Allocates the layer's memory, with random input.
    ///
    /// - Parameters:
    ///   - layer: The layer's plan; its tensors are placed anew.
    ///   - inputShape: The shape of one sample's input.
    ///   - batch: The number of samples, at most the largest batch of the plan.
    ///   - now: The clock; by default the system's.
    package init(
        _ layer: any LayerPlan,
        inputShape: FeatureShape,
        batch: Int,
        now: @escaping () -> Duration = LayerBenchmark.systemTime
    ) {
        var layer = layer
        let (parameterCount, statisticCount) = layer.placeTensors()
        self.layer = layer
        self.now = now
        let sizes = [parameterCount, statisticCount, statisticCount, layer.preparedCount, layer.savedCount]
        lent = (sizes + [layer.scratchCount]).map { AlignedBuffer(count: $0) }
        input = AlignedBuffer(count: batch * inputShape.count)
        output = AlignedBuffer(count: batch * layer.outputShape.count)
        outputGradient = AlignedBuffer(count: output.count)
        inputGradient = AlignedBuffer(count: input.count)
        parameterGradient = AlignedBuffer(count: parameterCount)
        var random = RandomStream(seed: 1, purpose: .benchmark)
        for buffer in [input, outputGradient, lent[0]] {
            for index in 0..<buffer.count { buffer.slice[index] = random.nextUniform() - 0.5 }
        }
        let samples = (0..<Int32(batch)).map { $0 }
        pass = LayerPass(
            batch: batch,
            mode: .training(SampleCoordinates(seed: 1, epoch: 0, samples: samples[...]), statisticSums: lent[1].slice),
            parameters: lent[0].slice,
            runningStatistics: lent[2].slice,
            prepared: lent[3].slice,
            saved: lent[4].slice,
            scratch: lent[5].slice,
            recorder: nil
        )
    }

    /// A benchmark of a layer without a network.
    ///
    /// - Parameters:
    ///   - layer: The layer.
    ///   - inputShape: The shape of one sample's input.
    ///   - batch: The number of samples.
    /// - Throws: `LayerError` if the layer doesn't fit the input.
    package init(_ layer: any Layer, inputShape: FeatureShape, batch: Int) throws(LayerError) {
        let context = LayerContext(inputShape: inputShape, maximumBatch: batch, needsInputGradient: true)
        self.init(try layer.plan(context), inputShape: inputShape, batch: batch)
    }

    /// The median times of a pass over the batch, in seconds.
    package struct Timing {
        /// The forward pass.
        package let forward: Double
        /// The whole backward pass.
        package let backward: Double
        /// The backward pass without the input gradient.
        package let weightGradient: Double

        /// The weight gradient's fraction of the backward pass, 0...1.
        package var weightGradientShare: Double { min(weightGradient / backward, 1) }
    }

    /// The time since some moment of this process.
    package static let systemTime: @Sendable () -> Duration = {
        let clock = ContinuousClock()
        let start = clock.now
        return { start.duration(to: clock.now) }
    }()

    /// Runs the passes alternately.
    ///
    /// - Parameter seconds: About how long to measure; there are at least three rounds.
    /// - Returns: The median times.
    package func run(seconds: Double) -> Timing {
        layer.prepare(parameters: pass.parameters, into: pass.prepared)
        _ = turn()
        let end = now() + .seconds(seconds)
        var turns: [Timing] = []
        while turns.count < 3 || now() < end { turns.append(turn()) }
        func median(_ part: (Timing) -> Double) -> Double { turns.map(part).sorted()[turns.count / 2] }
        return Timing(
            forward: median(\.forward),
            backward: median(\.backward),
            weightGradient: median(\.weightGradient)
        )
    }

    private func turn() -> Timing {
        Timing(
            forward: seconds { layer.forward(input.slice, into: output.slice, pass: pass) },
            backward: seconds { backward(to: inputGradient.slice) },
            weightGradient: seconds { backward(to: nil) }
        )
    }

    private func backward(to inputGradient: TensorSlice?) {
        layer.backward(
            input: input.slice,
            output: output.slice,
            gradients: LayerGradients(
                output: outputGradient.slice,
                input: inputGradient,
                parameters: parameterGradient.slice,
                discarded: parameterGradient.slice
            ),
            pass: pass
        )
    }

    private func seconds(_ body: () -> Void) -> Double {
        let start = now()
        body()
        return (now() - start) / .seconds(1)
    }

    /// The algorithm; empty if there is nothing to say.
    package var algorithm: String { layer.algorithm }
    /// The number of trained values.
    package var parameterCount: Int { layer.parameterCount }
    /// Floating-point operations of one sample's forward pass.
    package var forwardFLOPs: Int { layer.forwardFLOPs }
}
