import Networks

// Operators of opset 17 (onnx/docs/Operators.md), one function a layer.
extension LayerMapping {
    @Sendable
    static func convolution(_ layer: Conv2D, _ place: ExportedLayer, _ graph: inout ONNXGraphBuilder) -> String {
        let zeros = layer.zeros(around: place.inputShape)
        return graph.add(
            "Conv",
            place,
            parameters: layer.hasBias ? ["weight", "bias"] : ["weight"],
            [
                .ints("kernel_shape", [layer.kernel, layer.kernel]),
                .ints("pads", [zeros.top, zeros.left, zeros.bottom, zeros.right]),
                .ints("strides", [layer.stride, layer.stride]),
            ]
        )
    }

    @Sendable
    static func linear(_ layer: Linear, _ place: ExportedLayer, _ graph: inout ONNXGraphBuilder) -> String {
        graph.add("Gemm", place, parameters: layer.hasBias ? ["weight", "bias"] : ["weight"], [.int("transB", 1)])
    }

    @Sendable
    static func batchNorm(_ layer: BatchNorm2D, _ place: ExportedLayer, _ graph: inout ONNXGraphBuilder) -> String {
        graph.add(
            "BatchNormalization",
            place,
            parameters: ["weight", "bias", "running_mean", "running_var"],
            [.float("epsilon", layer.epsilon)]
        )
    }

    @Sendable
    static func maxPool(_ layer: MaxPool2D, _ place: ExportedLayer, _ graph: inout ONNXGraphBuilder) -> String {
        graph.add("MaxPool", place, window(layer.kernel, stride: layer.stride))
    }

    @Sendable
    static func averagePool(_ layer: AveragePool2D, _ place: ExportedLayer, _ graph: inout ONNXGraphBuilder) -> String {
        graph.add("AveragePool", place, window(layer.kernel, stride: layer.stride))
    }

    private static func window(_ kernel: Int, stride: Int) -> [ONNXAttribute] {
        [.ints("kernel_shape", [kernel, kernel]), .ints("strides", [stride, stride])]
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

    // In evaluation it changes nothing.
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
