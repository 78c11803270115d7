import Networks

// Convolutions and dense layers in ONNX: operators of opset 17 (onnx/docs/Operators.md).
extension LayerMapping {
    @Sendable
    static func convolution(
        _ layer: Conv2D,
        _ place: ExportedLayer,
        _ graph: inout ONNXGraphBuilder
    ) throws(ExportError) -> String {
        let padding = layer.padding(around: place.inputShape)
        var pads = [padding.top, padding.left, padding.bottom, padding.right]
        var input = place.input
        if layer.paddingMode != .zeros, pads.contains(where: { $0 != 0 }) {
            // The mode `wrap` exists since opset 19.
            guard let mode = layer.paddingMode.onnx else { throw place.noCounterpart(in: "ONNX") }
            let around = graph.constant(place.tensor("around"), integers: [0, 0] + pads[..<2] + [0, 0] + pads[2...])
            input = graph.add("Pad", [place.input, around], name: place.tensor("padded"), [.string("mode", mode)])
            pads = [0, 0, 0, 0]
        }
        var attributes: [ONNXAttribute] = [
            .ints("kernel_shape", layer.kernel.both), .ints("pads", pads), .ints("strides", layer.stride.both),
        ]
        if layer.dilation != 1 { attributes.append(.ints("dilations", layer.dilation.both)) }
        if layer.groups != 1 { attributes.append(.int("group", layer.groups)) }
        let channels = place.inputShape.channelCount / layer.groups
        let filters = [layer.outputChannels, channels] + layer.kernel.both
        let weight = graph.parameter(place.tensor("weight"), shape: filters)
        let bias = layer.hasBias ? [graph.parameter(place.tensor("bias"))] : []
        return graph.add("Conv", [input, weight] + bias, name: place.name, attributes)
    }

    @Sendable
    static func linear(_ layer: Linear, _ place: ExportedLayer, _ graph: inout ONNXGraphBuilder) -> String {
        graph.add("Gemm", place, parameters: layer.hasBias ? ["weight", "bias"] : ["weight"], [.int("transB", 1)])
    }

    @Sendable
    static func locallyConnected(
        _ layer: LocallyConnected2D,
        _ place: ExportedLayer,
        _ graph: inout ONNXGraphBuilder
    ) throws(ExportError) -> String {
        throw place.noCounterpart(in: "ONNX")
    }
}

// Convolutions and dense layers in PyTorch: modules of torch.nn.
extension LayerMapping {
    @Sendable
    static func convolution(
        _ layer: Conv2D,
        _ place: ExportedLayer,
        _ source: inout TorchSource
    ) throws(ExportError) -> String {
        let channels = place.inputShape.channelCount
        var arguments = ["\(channels)", "\(layer.outputChannels)", layer.kernel.python]
        if layer.stride != 1 { arguments.append("stride=\(layer.stride.python)") }
        if layer.dilation != 1 { arguments.append("dilation=\(layer.dilation.python)") }
        if layer.groups != 1 { arguments.append("groups=\(layer.groups)") }
        if !layer.hasBias { arguments.append("bias=False") }
        let zeros = layer.padding(around: place.inputShape)
        guard zeros.top == zeros.bottom, zeros.left == zeros.right else {
            guard layer.paddingMode == .zeros else { throw place.noCounterpart(in: "PyTorch") }
            source.need(.paddedConvolution)
            let around = "zeros=(\(zeros.left), \(zeros.right), \(zeros.top), \(zeros.bottom))"
            return "PaddedConv2d(\((arguments + [around]).joined(separator: ", ")))"
        }
        if zeros.top == zeros.left {
            if zeros.top != 0 { arguments.append("padding=\(zeros.top)") }
        } else {
            arguments.append("padding=(\(zeros.top), \(zeros.left))")
        }
        if layer.paddingMode != .zeros { arguments.append("padding_mode='\(layer.paddingMode.rawValue)'") }
        return "nn.Conv2d(\(arguments.joined(separator: ", ")))"
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
    static func linear(_ layer: Linear, _ place: ExportedLayer, _ source: inout TorchSource) -> String {
        let bias = layer.hasBias ? "" : ", bias=False"
        return "nn.Linear(\(place.inputShape.count), \(place.outputShape.count)\(bias))"
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

extension PaddingMode {
    /// The mode of ONNX' Pad in opset 17.
    fileprivate var onnx: String? {
        switch self {
        case .zeros: "constant"
        case .reflect: "reflect"
        case .replicate: "edge"
        case .circular: nil
        }
    }
}
