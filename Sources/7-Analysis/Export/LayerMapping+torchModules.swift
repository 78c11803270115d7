import Networks

// Further modules of torch.nn, one function per layer.
extension LayerMapping {
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
    static func scale(_ layer: Scale, _ place: ExportedLayer, _ source: inout TorchSource) -> String {
        source.need(.scale)
        return "Scale(\(layer.factor))"
    }

    @Sendable
    static func groupNorm(
        _ layer: GroupNorm,
        _ place: ExportedLayer,
        _ source: inout TorchSource
    ) -> String {
        source.affine(layer.hasWeight, layer.hasBias) { affine in
            "nn.GroupNorm(\(layer.groups), \(place.inputShape.channelCount), eps=\(layer.epsilon)\(affine))"
        }
    }

    @Sendable
    static func layerNorm(
        _ layer: LayerNorm,
        _ place: ExportedLayer,
        _ source: inout TorchSource
    ) -> String {
        // It is the only one with an argument for a scale without a shift.
        let isScaled = layer.hasWeight && !layer.hasBias
        return source.affine(layer.hasWeight, layer.hasBias || isScaled) { affine in
            let option = isScaled ? ", bias=False" : affine.replacing("affine", with: "elementwise_affine")
            return "nn.LayerNorm(\(place.inputShape.fileExtents), eps=\(layer.epsilon)\(option))"
        }
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

}
