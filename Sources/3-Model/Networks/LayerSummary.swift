/// A row of `inspect`'s table: one layer as the configuration defines it.
public struct LayerSummary: Sendable, Equatable {
    /// The layer's place: `3`.
    public let name: String
    /// What it is called in configuration files.
    public let kind: String
    /// What it is to whoever looks into a network.
    package let role: LayerRole
    /// The shape of one sample's output.
    public let outputShape: FeatureShape
    /// How many numbers it trains.
    public let parameterCount: Int
    /// Floating-point operations of one sample's forward pass.
    public let forwardFLOPs: Int
    /// Rows and columns of the input image that one output pixel sees.
    public let receptiveField: Int
    /// Rows and columns of the input image from one output pixel to the next.
    public let receptiveFieldStride: Int
    /// Rows and columns by which the first output pixel's receptive field reaches beyond the input image.
    public let receptiveFieldPadding: Int
    /// Bytes of one sample's output.
    public let activationBytes: Int
    /// How it is computed; empty where there is nothing to say.
    public let plan: String
}

extension Network {
    /// The layers, one row each; fused layers only in a network that fuses them.
    public var layerSummaries: [LayerSummary] {
        var cost = LayerCost(forwardFLOPs: 0)
        return sequence.layers.map { named in
            let layer = named.plan
            cost = cost.followed(by: layer.cost)
            return LayerSummary(
                name: named.name,
                kind: named.kind,
                role: named.layer.role,
                outputShape: layer.outputShape,
                parameterCount: layer.parameters.reduce(0) { $0 + $1.count },
                forwardFLOPs: layer.cost.forwardFLOPs,
                receptiveField: cost.window,
                receptiveFieldStride: cost.stride,
                receptiveFieldPadding: cost.padding,
                activationBytes: layer.outputShape.count * MemoryLayout<Float>.stride,
                plan: layer.algorithm
            )
        }
    }

    /// Floating-point operations of training on one sample: forward, and backward as twice forward, without the input
    /// gradient of the first trained layer, which nobody needs.
    public var trainingFLOPs: Int {
        let forward = layerSummaries.reduce(0) { $0 + $1.forwardFLOPs }
        let first = layerSummaries.first { $0.parameterCount > 0 }
        return 3 * forward - (first?.forwardFLOPs ?? 0)
    }
}
