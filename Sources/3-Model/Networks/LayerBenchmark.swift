import Foundation
import Tensors

/// Times one layer's passes apart from its network, on the calling thread and on random numbers.
///
/// Backward is one pass over all it gives, so its parts are told apart by leaving the input's gradient out: what is left
/// is the weight gradient's time, and the rest is the input gradient's.
package struct LayerBenchmark {
    private var layer: any LayerPlan
    private let pass: LayerPass
    private let input, output, outputGradient, inputGradient, parameterGradient: AlignedBuffer
    /// Keeps the memory behind `pass`.
    private let lent: [AlignedBuffer]

    /// The layer's own memory, and random input.
    ///
    /// - Parameters:
    ///   - layer: The layer; its tensors are placed anew.
    ///   - inputShape: The shape of one sample's input.
    ///   - batch: How many samples; at most as many as the layer was made for.
    init(_ layer: any LayerPlan, inputShape: FeatureShape, batch: Int) {
        let (parameters, parameterCount) = Sequential.placed(layer.parameters)
        let (statistics, statisticCount) = Sequential.placed(layer.statistics)
        self.layer = layer
        self.layer.parameters = parameters
        self.layer.statistics = statistics
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

    /// The layer on an input of its own.
    ///
    /// - Parameters:
    ///   - layer: The layer.
    ///   - inputShape: The shape of one sample's input.
    ///   - batch: How many samples.
    /// - Throws: `LayerError` where the layer doesn't fit the input.
    package init(_ layer: any Layer, inputShape: FeatureShape, batch: Int) throws(LayerError) {
        let context = LayerContext(inputShape: inputShape, maximumBatch: batch, needsInputGradient: true)
        self.init(try layer.plan(context), inputShape: inputShape, batch: batch)
    }

    /// Seconds of a pass over the batch: medians.
    package struct Timing {
        /// The forward pass.
        package let forward: Double
        /// The whole backward pass.
        package let backward: Double
        /// Backward without the input's gradient.
        package let weightGradient: Double
    }

    /// Runs the passes in turns.
    ///
    /// - Parameter seconds: For about how long; at least three turns.
    /// - Returns: The median times.
    package func run(seconds: Double) -> Timing {
        layer.prepare(parameters: pass.parameters, into: pass.prepared)
        _ = turn()
        let clock = ContinuousClock()
        let end = clock.now.advanced(by: .seconds(seconds))
        var turns: [Timing] = []
        while turns.count < 3 || clock.now < end { turns.append(turn()) }
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
                parameters: parameterGradient.slice
            ),
            pass: pass
        )
    }

    private func seconds(_ body: () -> Void) -> Double { ContinuousClock().measure(body) / .seconds(1) }

    /// How the layer is computed; empty where there is nothing to say.
    package var algorithm: String { layer.algorithm }
    /// How many numbers the layer trains.
    package var parameterCount: Int { layer.parameterCount }
    /// Floating-point operations of one sample's forward pass.
    package var forwardFLOPs: Int { layer.forwardFLOPs }
}
