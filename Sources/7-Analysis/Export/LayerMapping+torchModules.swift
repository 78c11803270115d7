import Networks

// Further modules of torch.nn, one function per layer.
extension LayerMapping {
    @Sendable
    static func channelsFirst(_ layer: ChannelsFirst, _ place: ExportedLayer, _ source: inout TorchSource) -> String {
        "nn.Identity()"
    }

    @Sendable
    static func concatenate(
        _ layer: Concatenate,
        _ place: ExportedLayer,
        _ source: inout TorchSource
    ) throws(ExportError) -> String {
        source.need(.concatenate)
        var branches: [String] = []
        for branch in place.branches {
            branches.append(try source.sequential(branch.layers, inputShape: place.inputShape))
        }
        return "Concatenate(\(branches.joined(separator: ", ")))"
    }

    @Sendable
    static func elu(_ layer: ELU, _ place: ExportedLayer, _ source: inout TorchSource) -> String {
        "nn.ELU(\(layer.alpha))"
    }

    @Sendable
    static func leakyReLU(_ layer: LeakyReLU, _ place: ExportedLayer, _ source: inout TorchSource) -> String {
        "nn.LeakyReLU(\(layer.negativeSlope))"
    }

    @Sendable
    static func sigmoid(_ layer: Sigmoid, _ place: ExportedLayer, _ source: inout TorchSource) -> String {
        "nn.Sigmoid()"
    }

    @Sendable
    static func tanh(_ layer: Tanh, _ place: ExportedLayer, _ source: inout TorchSource) -> String { "nn.Tanh()" }

    @Sendable
    static func silu(_ layer: SiLU, _ place: ExportedLayer, _ source: inout TorchSource) -> String { "nn.SiLU()" }

    @Sendable
    static func gelu(_ layer: GELU, _ place: ExportedLayer, _ source: inout TorchSource) -> String {
        "nn.GELU(approximate='\(layer.approximation.rawValue)')"
    }

    @Sendable
    static func scale(_ layer: Scale, _ place: ExportedLayer, _ source: inout TorchSource) -> String {
        source.need(.scale)
        return "Scale(\(layer.factor))"
    }

    @Sendable
    static func globalMaxPool(_ layer: GlobalMaxPool, _ place: ExportedLayer, _ source: inout TorchSource) -> String {
        "nn.Sequential(nn.AdaptiveMaxPool2d(1), nn.Flatten())"
    }

    @Sendable
    static func groupNorm(
        _ layer: GroupNorm,
        _ place: ExportedLayer,
        _ source: inout TorchSource
    ) throws(ExportError) -> String {
        // In PyTorch a normalization has both, or neither.
        guard layer.hasWeight == layer.hasBias else { throw place.noCounterpart(in: "PyTorch") }
        let affine = layer.hasWeight ? "" : ", affine=False"
        return "nn.GroupNorm(\(layer.groups), \(place.inputShape.channelCount), eps=\(layer.epsilon)\(affine))"
    }

    @Sendable
    static func layerNorm(
        _ layer: LayerNorm,
        _ place: ExportedLayer,
        _ source: inout TorchSource
    ) throws(ExportError) -> String {
        // In PyTorch no normalization has only a shift.
        guard layer.hasWeight || !layer.hasBias else { throw place.noCounterpart(in: "PyTorch") }
        let affine = layer.hasWeight ? (layer.hasBias ? "" : ", bias=False") : ", elementwise_affine=False"
        return "nn.LayerNorm(\(place.inputShape.fileExtents), eps=\(layer.epsilon)\(affine))"
    }

    @Sendable
    static func locallyConnected(
        _ layer: LocallyConnected2D,
        _ place: ExportedLayer,
        _ source: inout TorchSource
    ) -> String {
        source.need(.locallyConnected)
        let (windows, channels) = (layer.windows, place.inputShape.channelCount)
        let padding = windows.padding(around: place.inputShape)
        let around = "zeros=(\(padding.left), \(padding.right), \(padding.top), \(padding.bottom))"
        let size = "(\(place.outputShape.fileExtents.dropFirst().map(String.init).joined(separator: ", ")))"
        return
            "LocallyConnected2d(\(channels), \(windows.outputChannels), (\(windows.kernel.rows), \(windows.kernel.columns)), "
            + "\(size), stride=\(windows.stride.python), \(around)\(windows.hasBias ? "" : ", bias=False"))"
    }

    @Sendable
    static func localResponseNorm(
        _ layer: LocalResponseNorm,
        _ place: ExportedLayer,
        _ source: inout TorchSource
    ) -> String {
        "nn.LocalResponseNorm(\(layer.size), alpha=\(layer.alpha), beta=\(layer.beta), k=\(layer.k))"
    }
}
