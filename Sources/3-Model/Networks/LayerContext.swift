/// What is known about a layer's place when it is planned.
package struct LayerContext: Sendable {
    /// The shape of one sample's input.
    package let inputShape: FeatureShape
    /// The layer's name: `3`, or `4.body.0`; empty for the whole network.
    package let name: String
    /// The lane of the layer's random streams: a hash of its name, so that adding other layers doesn't change it.
    package let lane: Int
    /// False if no trainable layer comes before and saliency isn't needed: then the input gradient isn't computed.
    package let needsInputGradient: Bool
    /// The largest number of samples of a shard.
    package let maximumBatch: Int
    /// Whether neighbouring layers may be computed in one pass.
    package let fusesLayers: Bool
    /// The number of classes; nil for a layer on its own.
    package let classCount: Int?

    /// The context of a network.
    ///
    /// - Parameters:
    ///   - inputShape: The shape of one sample.
    ///   - maximumBatch: The largest number of samples of a shard.
    ///   - needsInputGradient: Whether `backward` must compute the gradient with respect to the input.
    ///   - fusesLayers: Whether neighbouring layers may be computed in one pass.
    ///   - classCount: The number of classes; nil for a layer on its own.
    package init(
        inputShape: FeatureShape,
        maximumBatch: Int,
        needsInputGradient: Bool = false,
        fusesLayers: Bool = true,
        classCount: Int? = nil
    ) {
        self.init(
            inputShape: inputShape,
            name: "",
            lane: 0,
            needsInputGradient: needsInputGradient,
            maximumBatch: maximumBatch,
            fusesLayers: fusesLayers,
            classCount: classCount
        )
    }

    private init(
        inputShape: FeatureShape,
        name: String,
        lane: Int,
        needsInputGradient: Bool,
        maximumBatch: Int,
        fusesLayers: Bool,
        classCount: Int?
    ) {
        self.inputShape = inputShape
        self.name = name
        self.lane = lane
        self.needsInputGradient = needsInputGradient
        self.maximumBatch = maximumBatch
        self.fusesLayers = fusesLayers
        self.classCount = classCount
    }

    /// The name of one of the layer's tensors.
    func tensorName(_ suffix: String) -> String { name + "." + suffix }

    /// An error of this layer.
    ///
    /// - Parameters:
    ///   - problem: What was expected, and what was found.
    ///   - option: The option that is to blame, by its name in configuration files.
    ///   - hint: What to do about it.
    /// - Returns: The error, to be thrown.
    func error(_ problem: String, option: String? = nil, hint: String? = nil) -> LayerError {
        LayerError(layer: name, option: option, problem: problem, hint: hint)
    }

    /// The input's rows, columns and channels.
    ///
    /// - Parameter layer: The kind of the layer that needs an image, for the message.
    /// - Returns: The image.
    /// - Throws: `LayerError` if the input is a vector.
    func image(for layer: String) throws(LayerError) -> FeatureShape.ImageExtent {
        guard case .image(let height, let width, let channels) = inputShape else {
            throw error("\(layer) needs an image; its input is a vector of \(inputShape)")
        }
        return FeatureShape.ImageExtent(height: height, width: width, channels: channels)
    }

    /// Requires the input to be `[C, L]`, an image with one row.
    ///
    /// - Parameters:
    ///   - layer: The layer that needs it, for the message.
    ///   - other: The layer for images.
    /// - Throws: `LayerError` if it isn't.
    func requireSequence(for layer: String, elseUse other: String) throws(LayerError) {
        guard try image(for: layer).height != 1 else { return }
        throw error("\(layer) needs one row; its input is an image of \(inputShape)", hint: "use \(other)")
    }

    /// The context of the layer at `index` of a sequence.
    func child(_ index: Int, inputShape: FeatureShape, needsInputGradient: Bool) -> LayerContext {
        nested("\(index)", inputShape: inputShape, needsInputGradient: needsInputGradient)
    }

    /// The context of one of the layer's branches.
    func branch(_ suffix: String) -> LayerContext {
        nested(suffix, inputShape: inputShape, needsInputGradient: needsInputGradient)
    }

    // The lane is the upper 24 bits of the name's FNV-1a hash.
    private func nested(
        _ suffix: String,
        inputShape: FeatureShape,
        needsInputGradient: Bool
    ) -> LayerContext {
        let path = name.isEmpty ? suffix : name + "." + suffix
        var hash: UInt32 = 0x811C_9DC5
        for byte in path.utf8 { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        return LayerContext(
            inputShape: inputShape,
            name: path,
            lane: Int(hash >> 8),
            needsInputGradient: needsInputGradient,
            maximumBatch: maximumBatch,
            fusesLayers: fusesLayers,
            classCount: classCount
        )
    }
}
