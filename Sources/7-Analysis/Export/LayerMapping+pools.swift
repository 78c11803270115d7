import Networks

// Pooling in ONNX: operators of opset 17 (onnx/docs/Operators.md).
extension LayerMapping {
    @Sendable
    static func maxPool(
        _ layer: MaxPool2D,
        _ place: ExportedLayer,
        _ graph: inout ONNXGraphBuilder
    ) -> String {
        // ONNX rounds up differently at the image's end; padding never is the maximum, so that it can be explicit here.
        var attributes = attributes(of: layer.window)
        let window = layer.window
        if window.roundsUp, case .image(let height, let width, _) = place.inputShape,
            case .image(let rows, let columns, _) = place.outputShape
        {
            func after(_ outputs: Int, _ inputs: Int, _ side: KeyPath<Extent, Int>) -> Int {
                let reach = (outputs - 1) * window.stride[keyPath: side] + window.kernel[keyPath: side]
                return max(reach - inputs - window.padding[keyPath: side], 0)
            }
            attributes.removeAll { $0.name == "pads" }
            attributes.append(
                .ints("pads", window.padding.both + [after(rows, height, \.rows), after(columns, width, \.columns)])
            )
        }
        return graph.add("MaxPool", place, attributes)
    }

    @Sendable
    static func averagePool(
        _ layer: AveragePool2D,
        _ place: ExportedLayer,
        _ graph: inout ONNXGraphBuilder
    ) throws(ExportError) -> String {
        guard !layer.window.roundsUp else { throw place.noCounterpart(in: "ONNX") }
        var attributes = attributes(of: layer.window)
        if layer.window.padding != 0, layer.countsPadding { attributes.append(.int("count_include_pad", 1)) }
        return graph.add("AveragePool", place, attributes)
    }

    private static func attributes(of window: PoolingWindow) -> [ONNXAttribute] {
        var attributes: [ONNXAttribute] = [
            .ints("kernel_shape", window.kernel.both), .ints("strides", window.stride.both),
        ]
        if window.padding != 0 { attributes.append(.ints("pads", window.padding.both + window.padding.both)) }
        return attributes
    }
}

// Pooling in PyTorch: modules of torch.nn.
extension LayerMapping {
    @Sendable
    static func maxPool(_ layer: MaxPool2D, _ place: ExportedLayer, _ source: inout TorchSource) -> String {
        "nn.MaxPool2d(\(arguments(layer.window)))"
    }

    @Sendable
    static func averagePool(_ layer: AveragePool2D, _ place: ExportedLayer, _ source: inout TorchSource) -> String {
        let counted = layer.countsPadding ? "" : ", count_include_pad=False"
        return "nn.AvgPool2d(\(arguments(layer.window))\(counted))"
    }

    private static func arguments(_ window: PoolingWindow) -> String {
        "\(window.kernel.python), stride=\(window.stride.python)"
            + (window.padding == 0 ? "" : ", padding=\(window.padding.python)")
            + (window.roundsUp ? ", ceil_mode=True" : "")
    }
}
