package import Tensors

/// A network planned for shards of a limited size: its layers, and the layout of its tensors in flat buffers.
///
/// A network is a value without numbers: a `Replica` holds parameters and running statistics. A shard's flat gradient,
/// `elementCount` floats, contains the gradient of the parameters, then the sums for the running statistics, then the
/// loss and the number of correct answers: everything that a step reduces over the shards is one buffer.
package struct Network: Sendable {
    let sequence: Sequential
    /// The order in which threads run their shards.
    package let shardOrder: ShardOrder
    /// The tensors of the layers in definition order, trained and frozen ones.
    package let parameters: [Parameter]
    /// The running statistics in definition order.
    package let statistics: [RunningStatistic]
    /// The shape of one sample.
    package let inputShape: FeatureShape
    /// The number of classes.
    package let classCount: Int
    /// Floats of the flat parameter buffer; each tensor starts on a cache line.
    package let parameterElementCount: Int
    /// Floats of its first part, the tensors that are trained, which have a gradient.
    package let trainedElementCount: Int
    /// Floats of the running statistics' buffer.
    package let statisticElementCount: Int

    /// Plans a network.
    ///
    /// - Parameters:
    ///   - layers: The layers, from input to logits.
    ///   - inputShape: The shape of one sample.
    ///   - classCount: The number of logits that the last layer must give.
    ///   - maximumBatch: The largest number of samples of a shard.
    ///   - needsInputGradient: Whether `backward` must compute the gradient with respect to the input; by default not.
    ///   - fusesLayers: Whether neighbouring layers may be computed in one pass; by default so.
    /// - Throws: `LayerError` if a layer doesn't fit its input.
    package init(
        _ layers: [any Layer],
        inputShape: FeatureShape,
        classCount: Int,
        maximumBatch: Int,
        needsInputGradient: Bool = false,
        fusesLayers: Bool = true
    ) throws(LayerError) {
        let context = LayerContext(
            inputShape: inputShape,
            maximumBatch: maximumBatch,
            needsInputGradient: needsInputGradient,
            fusesLayers: fusesLayers,
            classCount: classCount
        )
        var sequence = try Sequential(layers, context: context)
        guard case .vector(classCount, _) = sequence.outputShape else {
            throw context.error(
                "the last layer gives \(sequence.outputShape), and the data set has \(classCount) classes",
                hint: "end with linear: {outputFeatures: classes}"
            )
        }
        (trainedElementCount, parameterElementCount, statisticElementCount) = sequence.placeTensors()
        guard sequence.parameters.contains(where: \.isTrained) else {
            throw context.error("no layer has parameters to train")
        }
        parameters = sequence.parameters
        statistics = sequence.statistics
        shardOrder = ShardOrder(of: sequence.layers)
        self.sequence = sequence
        self.inputShape = inputShape
        self.classCount = classCount
    }

    /// The number of trained values.
    package var parameterCount: Int { parameters.reduce(0) { $0 + ($1.isTrained ? $1.count : 0) } }
    /// The number of values in frozen tensors.
    package var frozenParameterCount: Int { parameters.reduce(0) { $0 + ($1.isTrained ? 0 : $1.count) } }
    /// The position of the sums for the running statistics in a flat gradient.
    package var statisticRange: Range<Int> { trainedElementCount..<trainedElementCount + statisticElementCount }
    /// The position of the sum of the losses in a flat gradient.
    package var lossIndex: Int { statisticRange.upperBound }
    /// The position of the number of correct answers in a flat gradient.
    package var correctCountIndex: Int { lossIndex + 1 }
    /// Floats of a flat gradient.
    package var elementCount: Int { lossIndex + AlignedBuffer.alignedFloatCount }

    /// Floats that a workspace saves for a shard.
    package var keptElementCount: Int {
        sequence.savedCount + sequence.maximumBatch * (inputShape.count + shardOrder.headInputCount + 2 * classCount)
    }
    /// Floats of a thread's scratch memory.
    package var scratchElementCount: Int { AlignedBuffer.aligned(sequence.scratchCount) + discardedElementCount }
    /// Floats at the end of the scratch memory, for the gradients of frozen tensors.
    private var discardedElementCount: Int { parameters.lazy.filter { !$0.isTrained }.map(\.count).max() ?? 0 }

    /// A thread's scratch memory: what its layers use, and the room for gradients that nobody reads.
    func divided(_ scratch: TensorSlice) -> (layers: TensorSlice, discarded: TensorSlice) {
        let start = scratch.count - discardedElementCount
        return (scratch.prefix(start), scratch[start..<scratch.count])
    }

    /// The layers as they are computed; fused ones have the first one's name.
    package var layers: [NamedLayer] { sequence.layers }
    /// Their names and kinds: `3 (conv2d)`.
    package var layerNames: [String] { layers.map { "\($0.name) (\($0.kind))" } }

    /// Draws the initial parameters, each tensor from its own random stream.
    ///
    /// - Parameters:
    ///   - buffer: The flat parameters, overwritten.
    ///   - scheme: The distribution of tensors that have none of their own.
    ///   - seed: The run's seed.
    ///   - images: The training images, for filters that whiten them; by default none.
    package func initialize(
        _ buffer: TensorSlice,
        scheme: Initialization,
        seed: UInt64,
        images: TrainingImages = { _ in }
    ) {
        for (index, parameter) in parameters.enumerated() {
            var random = RandomStream(seed: seed, purpose: .initialization, index: index)
            let scheme = parameter.settings.initialization ?? scheme
            let values =
                if scheme == .whitening, case .weights = parameter.initializer {
                    Whitening(of: images, inputShape: inputShape, filterShape: parameter.shape)
                        .filters(count: parameter.shape[0])
                } else {
                    parameter.initialValues(scheme, random: &random)
                }
            parameter.store(values, in: buffer)
        }
    }
}
