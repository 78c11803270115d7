/// A row of `inspect`'s table: one layer of the configuration.
package struct LayerSummary: Sendable, Equatable {
    /// The layer's place: `3`.
    package let name: String
    /// Its kind in configuration files.
    package let kind: String
    /// What it does.
    package let role: LayerRole
    /// The shape of one sample's output.
    package let outputShape: FeatureShape
    /// The number of trained values.
    package let parameterCount: Int
    /// Floating-point operations of one sample's forward pass.
    package let forwardFLOPs: Int
    /// The part of the input image that one output pixel depends on.
    package let receptiveField: ReceptiveField
    /// Bytes of the values that the layer, including the layers inside of it, computes for one sample.
    package let activationBytes: Int
    /// The algorithm; empty if there is nothing to say.
    package let plan: String
}

extension Network {
    /// One row for each layer; fused layers share a row only in a network that fuses them.
    package var layerSummaries: [LayerSummary] {
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

    /// Floating-point operations of training on one sample: forward, and twice forward for backward, without the input
    /// gradients of the first trained layers, which aren't computed.
    package var trainingFLOPs: Int { sequence.trainingFLOPs(givesInputGradient: false) }
}
