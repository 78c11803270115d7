public import Tensors

/// A network as it is planned for shards of some size: its layers, and how its tensors lie in flat buffers.
///
/// A network is a value that holds no numbers. A `Replica` holds parameters and running statistics; a shard's flat
/// gradient, `elementCount` floats, is the gradient of the parameters, then the sums for the running statistics, then the
/// loss and the number of correct answers: all that a step reduces over the shards is one buffer.
public struct Network: Sendable {
    let sequence: Sequential
    /// In which order threads run its shards.
    package let shardOrder: ShardOrder
    /// The trainable tensors in definition order.
    public let parameters: [Parameter]
    /// The running statistics in definition order.
    public let statistics: [RunningStatistic]
    /// The shape of one sample.
    public let inputShape: FeatureShape
    /// How many classes the logits tell apart.
    public let classCount: Int
    /// Floats of the flat parameter buffer; each tensor starts on a cache line.
    public let parameterElementCount: Int
    /// Floats of the running statistics' buffer.
    public let statisticElementCount: Int

    /// Plans a network.
    ///
    /// - Parameters:
    ///   - layers: The layers, from input to logits.
    ///   - inputShape: The shape of one sample.
    ///   - classCount: How many logits the last layer must give.
    ///   - maximumBatch: The most samples that a shard can have.
    ///   - needsInputGradient: Whether `backward` is to give the gradient with respect to the input; by default not.
    ///   - fusesLayers: Whether neighbouring layers may be computed as one; by default so.
    /// - Throws: `LayerError` where a layer does not fit its input.
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
        (parameterElementCount, statisticElementCount) = sequence.placeTensors()
        guard !sequence.parameters.isEmpty else { throw context.error("no layer has parameters to train") }
        parameters = sequence.parameters
        statistics = sequence.statistics
        shardOrder = ShardOrder(of: sequence.layers)
        self.sequence = sequence
        self.inputShape = inputShape
        self.classCount = classCount
    }

    /// How many numbers are trained.
    public var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }
    /// Where the sums for the running statistics lie in a flat gradient.
    public var statisticRange: Range<Int> { parameterElementCount..<parameterElementCount + statisticElementCount }
    /// Where the sum of the losses lies in a flat gradient.
    public var lossIndex: Int { statisticRange.upperBound }
    /// Where the number of correct answers lies in a flat gradient.
    public var correctCountIndex: Int { lossIndex + 1 }
    /// Floats of a flat gradient.
    public var elementCount: Int { lossIndex + AlignedBuffer.alignedFloatCount }

    /// Floats that a workspace keeps of a shard.
    public var keptElementCount: Int {
        sequence.savedCount + sequence.maximumBatch * (inputShape.count + shardOrder.headInputCount + 2 * classCount)
    }
    /// Floats of scratch that a thread needs.
    public var scratchElementCount: Int { sequence.scratchCount }

    /// The layers as they are computed, fused ones under the first one's name.
    package var layers: [NamedLayer] { sequence.layers }
    /// Their names and kinds: `3 (conv2d)`.
    public var layerNames: [String] { layers.map { "\($0.name) (\($0.kind))" } }

    /// Draws the initial parameters: each tensor from a stream of its own.
    ///
    /// - Parameters:
    ///   - buffer: The flat parameters, overwritten.
    ///   - scheme: The rule.
    ///   - seed: The run's seed.
    public func initialize(_ buffer: TensorSlice, scheme: Initialization, seed: UInt64) {
        for (index, parameter) in parameters.enumerated() {
            var random = RandomStream(seed: seed, purpose: .initialization, index: index)
            parameter.store(parameter.initialValues(scheme, random: &random), in: buffer)
        }
    }
}
