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
        var attributes = window(layer.kernel, layer.stride, layer.padding)
        if layer.roundsUp, case .image(let height, let width, _) = place.inputShape,
            case .image(let rows, let columns, _) = place.outputShape
        {
            func after(_ outputs: Int, _ inputs: Int, _ side: KeyPath<Extent, Int>) -> Int {
                let reach = (outputs - 1) * layer.stride[keyPath: side] + layer.kernel[keyPath: side]
                return max(reach - inputs - layer.padding[keyPath: side], 0)
            }
            attributes.removeAll { $0.name == "pads" }
            attributes.append(
                .ints("pads", layer.padding.both + [after(rows, height, \.rows), after(columns, width, \.columns)])
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
        guard !layer.roundsUp else { throw place.noCounterpart(in: "ONNX") }
        var attributes = window(layer.kernel, layer.stride, layer.padding)
        if layer.padding != 0, layer.countsPadding { attributes.append(.int("count_include_pad", 1)) }
        return graph.add("AveragePool", place, attributes)
    }

    private static func window(_ kernel: Extent, _ stride: Extent, _ padding: Extent) -> [ONNXAttribute] {
        var attributes: [ONNXAttribute] = [.ints("kernel_shape", kernel.both), .ints("strides", stride.both)]
        if padding != 0 { attributes.append(.ints("pads", padding.both + padding.both)) }
        return attributes
    }

    @Sendable
    static func globalAveragePool(
        _ layer: GlobalAveragePool,
        _ place: ExportedLayer,
        _ graph: inout ONNXGraphBuilder
    ) -> String {
        let means = graph.add("GlobalAveragePool", [place.input], name: place.tensor("mean"))
        return graph.add("Flatten", [means], name: place.name, [.int("axis", 1)])
    }

    @Sendable
    static func flatten(_ layer: Flatten, _ place: ExportedLayer, _ graph: inout ONNXGraphBuilder) -> String {
        graph.add("Flatten", place, [.int("axis", 1)])
    }

    @Sendable
    static func relu(_ layer: ReLU, _ place: ExportedLayer, _ graph: inout ONNXGraphBuilder) -> String {
        graph.add("Relu", place)
    }

    // It is the identity in evaluation.
    @Sendable
    static func dropout(_ layer: Dropout, _ place: ExportedLayer, _ graph: inout ONNXGraphBuilder) -> String {
        place.input
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
