import Tensors

/// A layer as it is computed, fused or inside of a block, and what it has to do for a batch.
public struct LayerWork: Sendable {
    /// The layer's place: `3`, or `4.body.0`.
    public let name: String
    /// What it is called in configuration files.
    public let kind: String
    /// How it is computed; empty where there is nothing to say.
    public let plan: String
    /// Floating-point operations of one sample forward; 0 for layers without matrix products, which memory bounds.
    public let forwardFLOPs: Int
    /// Those of backward: as many for each of the weights' and the input's gradient, where they are computed.
    public let backwardFLOPs: Int
    /// Bytes of one sample's input and output.
    public let inputBytes, outputBytes: Int
    /// Bytes of the parameters.
    public let parameterBytes: Int
    /// Whether backward computes the gradient with respect to the input.
    public let givesInputGradient: Bool
    let layer: any LayerPlan
    let inputShape: FeatureShape

    /// Bytes that forward has to read and write at least: input, parameters, output.
    ///
    /// - Parameters:
    ///   - sampleCount: How many samples.
    ///   - passCount: In how many calls: each reads the parameters.
    /// - Returns: A number of bytes.
    public func forwardBytes(sampleCount: Int, passCount: Int) -> Int {
        sampleCount * (inputBytes + outputBytes) + passCount * parameterBytes
    }

    /// Bytes that backward has to read and write at least: input, the output's gradient, parameters and their gradient,
    /// the input's gradient.
    ///
    /// - Parameters:
    ///   - sampleCount: How many samples.
    ///   - passCount: In how many calls.
    /// - Returns: A number of bytes.
    public func backwardBytes(sampleCount: Int, passCount: Int) -> Int {
        sampleCount * (inputBytes * (givesInputGradient ? 2 : 1) + outputBytes) + 2 * passCount * parameterBytes
    }

    /// The part of backward's time that the weights' gradient takes, measured on the calling thread; nil where backward
    /// gives one gradient only.
    ///
    /// - Parameters:
    ///   - batch: Samples of a call.
    ///   - seconds: For about how long to measure.
    /// - Returns: A share from 0 to 1.
    public func measuredWeightGradientShare(batch: Int, seconds: Double) -> Double? {
        guard forwardFLOPs > 0, givesInputGradient else { return nil }
        let timing = LayerBenchmark(layer, inputShape: inputShape, batch: batch).run(seconds: seconds)
        return min(timing.weightGradient / timing.backward, 1)
    }
}

extension Network {
    /// What the layers have to do, in the order in which they run; a block comes after what is inside of it.
    public var layerWork: [LayerWork] { sequence.layerWork(givesInputGradient: false) }
}

extension Sequential {
    /// What the layers have to do, where the first layer's input has a gradient or hasn't.
    fileprivate func layerWork(givesInputGradient: Bool) -> [LayerWork] {
        var (shape, givesGradient) = (inputShape, givesInputGradient)
        return layers.flatMap { named -> [LayerWork] in
            let layer = named.plan
            let input = shape
            shape = layer.outputShape
            if layer.storage == .view { return [] }
            defer { givesGradient = true }
            let work = LayerWork(named, inputShape: input, givesInputGradient: givesGradient)
            return layer.branches.flatMap { $0.layerWork(givesInputGradient: givesGradient) } + [work]
        }
    }
}

extension LayerWork {
    fileprivate init(_ named: NamedLayer, inputShape: FeatureShape, givesInputGradient: Bool) {
        let layer = named.plan
        let floatBytes = MemoryLayout<Float>.stride
        // What a block of layers itself does is a sum; its layers have rows of their own.
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
