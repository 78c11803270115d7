import Networks

// Further operators of opset 17, one function per layer.
extension LayerMapping {
    @Sendable
    static func concatenate(
        _ layer: Concatenate,
        _ place: ExportedLayer,
        _ graph: inout ONNXGraphBuilder
    ) throws(ExportError) -> String {
        var ends: [String] = []
        for branch in place.branches {
            ends.append(try graph.add(branch.layers, from: place.input, shape: place.inputShape))
        }
        return graph.add("Concat", ends, name: place.name, [.int("axis", 1)])
    }

    @Sendable
    static func silu(_ layer: SiLU, _ place: ExportedLayer, _ graph: inout ONNXGraphBuilder) -> String {
        let share = graph.add("Sigmoid", [place.input], name: place.tensor("share"))
        return graph.add("Mul", [place.input, share], name: place.name)
    }

    // There is an operator only since opset 20: 0.5 x (1 + erf(x / √2)), or 0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³))).
    @Sendable
    static func gelu(_ layer: GELU, _ place: ExportedLayer, _ graph: inout ONNXGraphBuilder) -> String {
        func number(_ value: Float, _ name: String) -> String {
            graph.constant(place.tensor(name), shape: [], floats: [value])
        }
        func combine(_ operation: String, _ inputs: [String], _ name: String) -> String {
            graph.add(operation, inputs, name: place.tensor(name))
        }
        let one = number(1, "one")
        let limited: String
        switch layer.approximation {
        case .none:
            limited = combine(
                "Erf",
                [combine("Mul", [place.input, number(Float(0.5).squareRoot(), "root")], "scaled")],
                "limited"
            )
        case .tanh:
            let square = combine("Mul", [place.input, place.input], "square")
            let cubic = combine("Mul", [square, number(0.044715, "cubic")], "third")
            let factor = combine("Add", [cubic, one], "factor")
            let scaled = combine("Mul", [place.input, number((2 / Float.pi).squareRoot(), "root")], "scaled")
            limited = combine("Tanh", [combine("Mul", [scaled, factor], "argument")], "limited")
        }
        let share = combine("Mul", [combine("Add", [limited, one], "sum"), number(0.5, "half")], "share")
        return graph.add("Mul", [place.input, share], name: place.name)
    }

    @Sendable
    static func scale(_ layer: Scale, _ place: ExportedLayer, _ graph: inout ONNXGraphBuilder) -> String {
        let factor = graph.constant(place.tensor("factor"), shape: [], floats: [layer.factor])
        return graph.add("Mul", [place.input, factor], name: place.name)
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

    @Sendable
    static func locallyConnected(
        _ layer: LocallyConnected2D,
        _ place: ExportedLayer,
        _ graph: inout ONNXGraphBuilder
    ) throws(ExportError) -> String {
        throw place.noCounterpart(in: "ONNX")
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
