import Networks

// Normalizations in ONNX: operators of opset 17 (onnx/docs/Operators.md).
extension LayerMapping {
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

    // There is an operator only since opset 18: here each group is the only row of a plane, followed by the channels'
    // own factors.
    @Sendable
    static func groupNorm(_ layer: GroupNorm, _ place: ExportedLayer, _ graph: inout ONNXGraphBuilder) -> String {
        let groups = graph.constant(place.tensor("groups"), integers: [0, layer.groups, -1])
        let image = graph.constant(place.tensor("image"), integers: [0] + place.inputShape.fileExtents)
        let rows = graph.add("Reshape", [place.input, groups], name: place.tensor("rows"))
        let ones = graph.constant(
            place.tensor("ones"),
            shape: [layer.groups],
            floats: .init(repeating: 1, count: layer.groups)
        )
        let zeros = graph.constant(
            place.tensor("zeros"),
            shape: [layer.groups],
            floats: .init(repeating: 0, count: layer.groups)
        )
        var output = graph.add(
            "InstanceNormalization",
            [rows, ones, zeros],
            name: place.tensor("normalized"),
            [.float("epsilon", layer.epsilon)]
        )
        output = graph.add(
            "Reshape",
            [output, image],
            name: layer.hasWeight || layer.hasBias ? place.tensor("planes") : place.name
        )
        let shape = [place.inputShape.channelCount, 1, 1]
        if layer.hasWeight {
            let weight = graph.parameter(place.tensor("weight"), shape: shape)
            output = graph.add("Mul", [output, weight], name: layer.hasBias ? place.tensor("scaled") : place.name)
        }
        guard layer.hasBias else { return output }
        return graph.add("Add", [output, graph.parameter(place.tensor("bias"), shape: shape)], name: place.name)
    }

    @Sendable
    static func layerNorm(_ layer: LayerNorm, _ place: ExportedLayer, _ graph: inout ONNXGraphBuilder) -> String {
        let shape = place.inputShape.fileExtents
        var inputs = [place.input]
        inputs.append(graph.factors(place, "weight", constant: 1, isTrained: layer.hasWeight, shape: shape))
        if layer.hasBias { inputs.append(graph.parameter(place.tensor("bias"))) }
        return graph.add(
            "LayerNormalization",
            inputs,
            name: place.name,
            [.int("axis", 1), .float("epsilon", layer.epsilon)]
        )
    }

    // For an even `size`, ONNX sums over other neighbours.
    @Sendable
    static func localResponseNorm(
        _ layer: LocalResponseNorm,
        _ place: ExportedLayer,
        _ graph: inout ONNXGraphBuilder
    ) throws(ExportError) -> String {
        guard layer.size % 2 == 1 else { throw place.noCounterpart(in: "ONNX") }
        return graph.add(
            "LRN",
            place,
            [
                .float("alpha", layer.alpha), .float("beta", layer.beta), .float("bias", layer.k),
                .int("size", layer.size),
            ]
        )
    }
}

// Normalizations in PyTorch: modules of torch.nn.
extension LayerMapping {
    @Sendable
    static func batchNorm(
        _ layer: BatchNorm2D,
        _ place: ExportedLayer,
        _ source: inout TorchSource
    ) -> String {
        source.affine(layer.hasWeight, layer.hasBias) { affine in
            "nn.BatchNorm2d(\(place.inputShape.channelCount), eps=\(layer.epsilon), momentum=\(layer.momentum)\(affine))"
        }
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
}
