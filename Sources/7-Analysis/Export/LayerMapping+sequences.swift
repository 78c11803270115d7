import Networks

// Layers for sequences, as layers for an image with one row, `[N, C, 1, L]`.
extension LayerMapping {
    @Sendable
    static func convolution1D(
        _ layer: Conv1D,
        _ place: ExportedLayer,
        _ graph: inout ONNXGraphBuilder
    ) throws(ExportError) -> String {
        try convolution(layer.row, place, &graph)
    }

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
    static func maxPool1D(_ layer: MaxPool1D, _ place: ExportedLayer, _ graph: inout ONNXGraphBuilder) -> String {
        maxPool(layer.row, place, &graph)
    }

    @Sendable
    static func maxPool1D(_ layer: MaxPool1D, _ place: ExportedLayer, _ source: inout TorchSource) -> String {
        maxPool(layer.row, place, &source)
    }

    @Sendable
    static func averagePool1D(
        _ layer: AveragePool1D,
        _ place: ExportedLayer,
        _ graph: inout ONNXGraphBuilder
    ) throws(ExportError) -> String {
        try averagePool(layer.row, place, &graph)
    }

    @Sendable
    static func averagePool1D(_ layer: AveragePool1D, _ place: ExportedLayer, _ source: inout TorchSource) -> String {
        averagePool(layer.row, place, &source)
    }

    @Sendable
    static func batchNorm1D(_ layer: BatchNorm1D, _ place: ExportedLayer, _ graph: inout ONNXGraphBuilder) -> String {
        batchNorm(layer.normalization, place, &graph)
    }

    @Sendable
    static func batchNorm1D(
        _ layer: BatchNorm1D,
        _ place: ExportedLayer,
        _ source: inout TorchSource
    ) throws(ExportError) -> String {
        let module = try batchNorm(layer.normalization, place, &source)
        guard case .vector = place.inputShape else { return module }
        return module.replacing("BatchNorm2d", with: "BatchNorm1d")
    }
}
