import Networks

// Operators of opset 17 (onnx/docs/Operators.md), one function per layer.
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
    static func batchNorm(
        _ layer: BatchNorm2D,
        _ place: ExportedLayer,
        _ graph: inout ONNXGraphBuilder
    ) -> String {
        let shape = [place.inputShape.channelCount]
        let weight = graph.factors(place, "weight", constant: 1, isTrained: layer.hasWeight, shape: shape)
        let bias = graph.factors(place, "bias", constant: 0, isTrained: layer.hasBias, shape: shape)
        let statistics = ["running_mean", "running_var"].map { graph.parameter(place.tensor($0)) }
        return graph.add(
            "BatchNormalization",
            [place.input, weight, bias] + statistics,
            name: place.name,
            [.float("epsilon", layer.epsilon)]
        )
    }

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

    @Sendable
    static func residual(
        _ layer: Residual,
        _ place: ExportedLayer,
        _ graph: inout ONNXGraphBuilder
    ) throws(ExportError) -> String {
        var ends: [String] = []
        for branch in place.branches {
            ends.append(try graph.add(branch.layers, from: place.input, shape: place.inputShape))
        }
        return graph.add("Add", [ends[0], ends.count > 1 ? ends[1] : place.input], name: place.name)
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
