import Networks

// Activations in ONNX: operators of opset 17 (onnx/docs/Operators.md).
extension LayerMapping {
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
}

// Activations in PyTorch: modules of torch.nn.
extension LayerMapping {
    @Sendable
    static func scale(_ layer: Scale, _ place: ExportedLayer, _ source: inout TorchSource) -> String {
        source.need(.scale)
        return "Scale(\(layer.factor))"
    }
}
