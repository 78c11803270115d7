package import Kernels
package import Tensors
import Tracing

/// A rank's copy of the network: parameters in one buffer, running statistics in another.
///
/// Between `prepareWeights` and the next change of a parameter, any number of threads may run shards, each with a
/// `ShardWorkspace` of its own.
package final class Replica: Sendable {
    /// The network.
    package let network: Network
    /// All parameters, `network.parameterElementCount` floats.
    package let parameters: AlignedBuffer
    /// All running statistics, `network.statisticElementCount` floats.
    package let runningStatistics: AlignedBuffer
    private let prepared: AlignedBuffer

    /// A replica with zero parameters and initial running statistics.
    ///
    /// - Parameter network: The network.
    package init(of network: Network) {
        self.network = network
        parameters = AlignedBuffer(count: network.parameterElementCount)
        runningStatistics = AlignedBuffer(count: network.statisticElementCount)
        prepared = AlignedBuffer(count: network.sequence.preparedCount)
        for statistic in network.statistics {
            runningStatistics.slice[statistic.range].fill(statistic.initialValue)
        }
    }

    /// Transforms the parameters to the layout that the kernels need: once after every change.
    package func prepareWeights() {
        network.sequence.prepare(parameters: parameters.slice, into: prepared.slice)
    }

    /// Runs one virtual shard forward and backward.
    ///
    /// - Parameters:
    ///   - samples: The coordinates for the samples' random streams.
    ///   - loss: The loss function and the scale of its gradient.
    ///   - gradient: The shard's flat gradient, overwritten; zero for a shard without samples.
    ///   - workspace: Contains the samples, their labels and what is blended in.
    ///   - isReady: Called with the offset from which on the flat gradient is final.
    package func train(
        _ samples: SampleCoordinates,
        loss: LossFunction,
        gradient: TensorSlice,
        workspace: ShardWorkspace,
        isReady: @escaping (Int) -> Void
    ) {
        trainHead(samples, loss: loss, gradient: gradient, workspace: workspace, isReady: isReady)
        trainBackbone(samples, gradient: gradient, workspace: workspace, isReady: isReady)
    }

    /// The first part of `train`: forward, and backward through the head, which is the whole network where
    /// `network.shardOrder` has no head.
    ///
    /// - Parameters:
    ///   - samples: As of `train`.
    ///   - loss: As of `train`.
    ///   - gradient: As of `train`.
    ///   - workspace: As of `train`.
    ///   - isReady: As of `train`.
    package func trainHead(
        _ samples: SampleCoordinates,
        loss: LossFunction,
        gradient: TensorSlice,
        workspace: ShardWorkspace,
        isReady: @escaping (Int) -> Void
    ) {
        let batch = samples.samples.count
        guard batch > 0 else { return gradient.fill(0) }
        gradient[network.lossIndex..<network.elementCount].fill(0)
        let logits = workspace.logits(batch: batch)
        let logitGradient = workspace.logitGradient(batch: batch)
        let pass = trainingPass(samples, gradient: gradient, workspace: workspace)
        network.sequence.forward(workspace.input(batch: batch), into: logits, pass: pass)
        let sums = workspace.recorder.measure(.loss) {
            loss.evaluate(
                logits: logits,
                labels: workspace.labels[..<batch],
                classCount: network.classCount,
                gradient: logitGradient,
                blend: workspace.blend
            )
        }
        gradient[network.lossIndex] = sums.loss
        gradient[network.correctCountIndex] = Float(sums.correctCount)
        network.sequence.backward(
            input: workspace.input(batch: batch),
            output: logits,
            gradients: LayerGradients(
                output: logitGradient,
                input: workspace.headInputGradient(batch: batch) ?? workspace.inputGradient(batch: batch),
                parameters: gradient,
                discarded: network.divided(workspace.scratch.slice).discarded,
                isReady: isReady
            ),
            pass: pass,
            to: network.shardOrder.headStart ?? 0
        )
    }

    /// The second part of `train`: backward from the head's input.
    ///
    /// - Parameters:
    ///   - samples: As of `train`.
    ///   - gradient: As of `train`.
    ///   - workspace: As `trainHead` left it, but for the scratch.
    ///   - isReady: As of `train`.
    package func trainBackbone(
        _ samples: SampleCoordinates,
        gradient: TensorSlice,
        workspace: ShardWorkspace,
        isReady: @escaping (Int) -> Void
    ) {
        defer { isReady(0) }
        let batch = samples.samples.count
        guard batch > 0, let headStart = network.shardOrder.headStart,
            let headInputGradient = workspace.headInputGradient(batch: batch)
        else { return }
        network.sequence.backward(
            input: workspace.input(batch: batch),
            output: workspace.logits(batch: batch),
            gradients: LayerGradients(
                output: headInputGradient,
                input: workspace.inputGradient(batch: batch),
                parameters: gradient,
                discarded: network.divided(workspace.scratch.slice).discarded,
                isReady: isReady
            ),
            pass: trainingPass(samples, gradient: gradient, workspace: workspace),
            from: headStart - 1
        )
    }

    private func trainingPass(
        _ samples: SampleCoordinates,
        gradient: TensorSlice,
        workspace: ShardWorkspace
    ) -> LayerPass {
        layerPass(
            workspace,
            batch: samples.samples.count,
            mode: .training(samples, statisticSums: gradient[network.statisticRange])
        )
    }

    /// Runs samples forward in evaluation mode.
    ///
    /// - Parameters:
    ///   - batch: How many of the workspace's input samples to run.
    ///   - workspace: The thread's workspace with the samples.
    ///   - observe: Called with each layer's position and output, before the next layer runs, which may overwrite it;
    ///     in a network with fused layers, with each fused layer's.
    /// - Returns: The logits, `[N, K]`, in the workspace.
    @discardableResult
    package func logits(
        batch: Int,
        workspace: ShardWorkspace,
        observe: (Int, TensorSlice) -> Void = { _, _ in }
    ) -> TensorSlice {
        let logits = workspace.logits(batch: batch)
        network.sequence.forward(
            workspace.input(batch: batch),
            into: logits,
            pass: layerPass(workspace, batch: batch, mode: .evaluation),
            observe: observe
        )
        return logits
    }

    /// Updates the running statistics with those of a batch.
    ///
    /// - Parameters:
    ///   - sums: The reduced flat gradient, which contains the sums of the batch's statistics, weighted by samples.
    ///   - globalBatchSize: The number of samples.
    package func updateRunningStatistics(from sums: TensorSlice, globalBatchSize: Int) {
        let batch = sums[network.statisticRange]
        let running = runningStatistics.slice
        for statistic in network.statistics {
            let share = statistic.momentum / Float(globalBatchSize)
            for i in statistic.range { running[i] = (1 - statistic.momentum) * running[i] + share * batch[i] }
        }
    }

    /// The first layer whose last activations in `workspace` aren't all finite.
    ///
    /// - Parameters:
    ///   - batch: The number of samples in the workspace.
    ///   - workspace: The workspace.
    /// - Returns: The layer's position in `layerNames`; nil if all activations are finite.
    package func firstLayerNotFinite(batch: Int, workspace: ShardWorkspace) -> Int? {
        let pass = layerPass(workspace, batch: batch, mode: .evaluation)
        return network.sequence.layers.indices.first { index in
            let activations = network.sequence.activation(
                after: index,
                workspace.input(batch: batch),
                workspace.logits(batch: batch),
                pass
            )
            return !Elementwise.allFinite(activations)
        }
    }

    func layerPass(_ workspace: ShardWorkspace, batch: Int, mode: PassMode) -> LayerPass {
        LayerPass(
            batch: batch,
            mode: mode,
            parameters: parameters.slice,
            runningStatistics: runningStatistics.slice,
            prepared: prepared.slice,
            saved: workspace.saved.slice,
            scratch: network.divided(workspace.scratch.slice).layers,
            recorder: workspace.recorder
        )
    }
}

/// Cross-entropy with label smoothing, summed over samples, and its scaled gradient.
package struct LossFunction: Sendable {
    /// The part of the target's probability that is spread evenly over all classes.
    package let labelSmoothing: Float
    /// The factor of the gradient: `1 / globalBatchSize` for the gradient of the mean loss.
    package let gradientScale: Float

    /// A loss function.
    package init(labelSmoothing: Float, gradientScale: Float) {
        self.labelSmoothing = labelSmoothing
        self.gradientScale = gradientScale
    }

    /// Sums the losses of a batch.
    ///
    /// - Parameters:
    ///   - logits: `[N, K]`.
    ///   - labels: `[N]`.
    ///   - classCount: K.
    ///   - gradient: `[N, K]`, overwritten; nil in evaluation.
    ///   - blend: What is blended into the samples; by default nothing.
    /// - Returns: The sum of the losses and the number of correct answers.
    package func evaluate(
        logits: TensorSlice,
        labels: ArraySlice<Int32>,
        classCount: Int,
        gradient: TensorSlice?,
        blend: SoftmaxCrossEntropy.Blend? = nil
    ) -> SoftmaxCrossEntropy.Sums {
        SoftmaxCrossEntropy.evaluate(
            logits: logits,
            labels: labels,
            classCount: classCount,
            smoothing: labelSmoothing,
            scale: gradientScale,
            gradient: gradient,
            blend: blend
        )
    }
}
