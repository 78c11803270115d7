import Networks

// Layers made of other layers in ONNX: operators of opset 17 (onnx/docs/Operators.md).
extension LayerMapping {
    @Sendable
    static func residual(
        _ layer: Residual,
        _ place: ExportedLayer,
        _ graph: inout ONNXGraphBuilder
    ) throws(ExportError) -> String {
        let ends = try graph.add(branchesOf: place)
        return graph.add("Add", [ends[0], ends.count > 1 ? ends[1] : place.input], name: place.name)
    }

    @Sendable
    static func concatenate(
        _ layer: Concatenate,
        _ place: ExportedLayer,
        _ graph: inout ONNXGraphBuilder
    ) throws(ExportError) -> String {
        let ends = try graph.add(branchesOf: place)
        return graph.add("Concat", ends, name: place.name, [.int("axis", 1)])
    }
}

// Layers made of other layers in PyTorch: modules of torch.nn.
extension LayerMapping {
    @Sendable
    static func residual(
        _ layer: Residual,
        _ place: ExportedLayer,
        _ source: inout TorchSource
    ) throws(ExportError) -> String {
        source.need(.residual)
        let branches = try source.sequentials(branchesOf: place)
        return "Residual(\(branches.joined(separator: ", ")))"
    }

    @Sendable
    static func concatenate(
        _ layer: Concatenate,
        _ place: ExportedLayer,
        _ source: inout TorchSource
    ) throws(ExportError) -> String {
        source.need(.concatenate)
        let branches = try source.sequentials(branchesOf: place)
        return "Concatenate(\(branches.joined(separator: ", ")))"
    }
}
