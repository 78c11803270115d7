import Networks

// Modules of torch.nn for sequences, one function per layer.
extension LayerMapping {
    @Sendable
    static func convolution1D(
        _ layer: Conv1D,
        _ place: ExportedLayer,
        _ source: inout TorchSource
    ) throws(ExportError) -> String {
        let row = layer.row
        var arguments = ["\(place.inputShape.channelCount)", "\(row.outputChannels)", "\(row.kernel.columns)"]
        if row.stride.columns != 1 { arguments.append("stride=\(row.stride.columns)") }
        if row.dilation.columns != 1 { arguments.append("dilation=\(row.dilation.columns)") }
        if row.groups != 1 { arguments.append("groups=\(row.groups)") }
        if !row.hasBias { arguments.append("bias=False") }
        let padding = row.padding(around: place.inputShape)
        guard padding.left == padding.right else { throw place.noCounterpart(in: "PyTorch") }
        if padding.left != 0 { arguments.append("padding=\(padding.left)") }
        if row.paddingMode != .zeros { arguments.append("padding_mode='\(row.paddingMode.rawValue)'") }
        source.need(.rowConvolution)
        return "RowConv1d(\(arguments.joined(separator: ", ")))"
    }

    @Sendable
    static func batchNorm1D(
        _ layer: BatchNorm1D,
        _ place: ExportedLayer,
        _ source: inout TorchSource
    ) -> String {
        let module = batchNorm(layer.normalization, place, &source)
        guard case .vector = place.inputShape else { return module }
        return module.replacing("BatchNorm2d", with: "BatchNorm1d")
    }
}
