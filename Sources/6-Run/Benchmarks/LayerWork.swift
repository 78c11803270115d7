package import Networks

/// A layer as it is computed, fused or inside of a block, and its work for a batch.
package struct LayerWork: Sendable {
    /// The layer's place: `3`, or `4.body.0`.
    package let name: String
    /// Its kind in configuration files.
    package let kind: String
    /// The algorithm; empty if there is nothing to say.
    package let plan: String
    /// Floating-point operations of one sample's forward pass; 0 for layers without matrix products, which are limited
    /// by memory bandwidth.
    package let forwardFLOPs: Int
    /// Floating-point operations of the backward pass: as many for each of the gradients with respect to weights and
    /// input, if they are computed.
    package let backwardFLOPs: Int
    /// Bytes of one sample's input and output.
    package let inputBytes, outputBytes: Int
    /// Bytes of the parameters.
    package let parameterBytes: Int
    /// Whether backward computes the gradient with respect to the input.
    package let givesInputGradient: Bool
    private let layer: any LayerPlan
    private let inputShape: FeatureShape

    /// Bytes that the forward pass must read and write at least: input, parameters, output.
    ///
    /// - Parameters:
    ///   - sampleCount: The number of samples.
    ///   - passCount: The number of calls, each of which reads the parameters.
    /// - Returns: A number of bytes.
    package func forwardBytes(sampleCount: Int, passCount: Int) -> Int {
        sampleCount * (inputBytes + outputBytes) + passCount * parameterBytes
    }

    /// Bytes that the backward pass must read and write at least: input, the output's gradient, parameters and their
    /// gradient, the input's gradient.
    ///
    /// - Parameters:
    ///   - sampleCount: The number of samples.
    ///   - passCount: The number of calls.
    /// - Returns: A number of bytes.
    package func backwardBytes(sampleCount: Int, passCount: Int) -> Int {
        sampleCount * (inputBytes * (givesInputGradient ? 2 : 1) + outputBytes) + 2 * passCount * parameterBytes
    }

    /// The weight gradient's fraction of the backward pass's time, measured on the calling thread; nil if the backward
    /// pass computes one gradient only.
    ///
    /// - Parameters:
    ///   - batch: The samples of a call.
    ///   - seconds: About how long to measure.
    /// - Returns: A fraction from 0 to 1.
    package func measuredWeightGradientShare(batch: Int, seconds: Double) -> Double? {
        guard forwardFLOPs > 0, givesInputGradient else { return nil }
        return LayerBenchmark(layer, inputShape: inputShape, batch: batch).run(seconds: seconds).weightGradientShare
    }
}

extension Network {
    /// The work of each layer, in the order of execution; a block comes after the layers inside of it.
    package var layerWork: [LayerWork] { LayerWork.of(layers, inputShape: inputShape, givesInputGradient: false) }
}

extension LayerWork {
    /// The work of a sequence's layers, with or without the gradient with respect to the first one's input.
    fileprivate static func of(
        _ layers: [NamedLayer],
        inputShape: FeatureShape,
        givesInputGradient: Bool
    ) -> [LayerWork] {
        var (shape, givesGradient) = (inputShape, givesInputGradient)
        return layers.flatMap { named -> [LayerWork] in
            let layer = named.plan
            let input = shape
            shape = layer.outputShape
            if layer.storage == .view { return [] }
            defer { givesGradient = true }
            let inside = layer.branches.flatMap {
                of($0.layers, inputShape: input, givesInputGradient: givesGradient)
            }
            return inside + [LayerWork(named, inputShape: input, givesInputGradient: givesGradient)]
        }
    }

    private init(_ named: NamedLayer, inputShape: FeatureShape, givesInputGradient: Bool) {
        let layer = named.plan
        let floatBytes = MemoryLayout<Float>.stride
        // A block itself only computes a sum; its layers have rows of their own.
        let isBlock = !layer.branches.isEmpty
        let parameterCount = isBlock ? 0 : layer.parameterCount
        name = named.name
        kind = named.kind
        plan = isBlock ? "" : layer.algorithm
        let hasProducts = !isBlock && layer.parameters.contains { $0.shape.count > 1 }
        forwardFLOPs = hasProducts ? layer.forwardFLOPs : 0
        backwardFLOPs = forwardFLOPs * (givesInputGradient ? 2 : 1)
        inputBytes = inputShape.count * floatBytes
        outputBytes = layer.outputShape.count * floatBytes
        parameterBytes = parameterCount * floatBytes
        self.givesInputGradient = givesInputGradient
        self.layer = layer
        self.inputShape = inputShape
    }
}
