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
    /// What of the input image one output pixel sees.
    package let receptiveField: ReceptiveField
    /// Bytes of the numbers that the layer, and those inside of it, make of one sample; 0 where it makes none.
    public let activationBytes: Int
    /// How it is computed; empty where there is nothing to say.
    public let plan: String
}

extension Network {
    /// The layers, one row each; fused layers only in a network that fuses them.
    public var layerSummaries: [LayerSummary] {
        var receptiveField = ReceptiveField.pixel
        return sequence.layers.map { named in
            let plan = named.plan
            receptiveField = receptiveField.followed(by: plan.receptiveField)
            return LayerSummary(
                name: named.name,
                kind: named.kind,
                role: named.layer.role,
                outputShape: plan.outputShape,
                parameterCount: plan.parameterCount,
                forwardFLOPs: plan.forwardFLOPs,
                receptiveField: receptiveField,
                activationBytes: plan.activationCount * MemoryLayout<Float>.stride,
                plan: plan.algorithm
            )
        }
    }

    /// Floating-point operations of training on one sample: forward, and backward as twice forward, without the input
    /// gradients that nobody needs, those of the first trained layers.
    public var trainingFLOPs: Int { sequence.trainingFLOPs(givesInputGradient: false) }
}
