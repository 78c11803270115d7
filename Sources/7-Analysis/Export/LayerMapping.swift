import Networks

/// How other systems write a kind of layer.
///
/// To export a new layer: one entry in `LayerMapping.all`; where one operator and one module don't do, with a function each in
/// the file for its sort, the same sorts as those of `LayerRegistry`.
struct LayerMapping: Sendable {
    /// The kind in configuration files.
    let kind: String
    /// Adds the layer's nodes, and returns the name of their output.
    let onnx: @Sendable (ExportedLayer, inout ONNXGraphBuilder) throws(ExportError) -> String
    /// Returns the expression that creates the layer.
    let torch: @Sendable (ExportedLayer, inout TorchSource) throws(ExportError) -> String

    init<Kind: Layer>(
        _ type: Kind.Type,
        onnx: @escaping @Sendable (Kind, ExportedLayer, inout ONNXGraphBuilder) throws(ExportError) -> String,
        torch: @escaping @Sendable (Kind, ExportedLayer, inout TorchSource) throws(ExportError) -> String
    ) {
        kind = type.kind
        self.onnx = { (place, graph) throws(ExportError) in
            guard let layer = place.layer as? Kind else { throw place.noCounterpart(in: "ONNX") }
            return try onnx(layer, place, &graph)
        }
        self.torch = { (place, source) throws(ExportError) in
            guard let layer = place.layer as? Kind else { throw place.noCounterpart(in: "PyTorch") }
            return try torch(layer, place, &source)
        }
    }

    /// A layer with one operator and one module.
    init<Kind: Layer>(
        _ type: Kind.Type,
        operation: String,
        attributes: @escaping @Sendable (Kind) -> [ONNXAttribute] = { _ in [] },
        module: @escaping @Sendable (Kind) -> String
    ) {
        self.init(
            type,
            onnx: { layer, place, graph in graph.add(operation, place, attributes(layer)) },
            torch: { layer, _, _ in module(layer) }
        )
    }

    /// A layer of vectors out of maps: an operator that keeps the maps' two axes, then one that drops them.
    init<Kind: Layer>(_ type: Kind.Type, overWholeMaps operation: String, named name: String, module: String) {
        self.init(
            type,
            onnx: { _, place, graph in
                let values = graph.add(operation, [place.input], name: place.tensor(name))
                return graph.add("Flatten", [values], name: place.name, [.int("axis", 1)])
            },
            torch: { _, _, _ in "nn.Sequential(\(module)(1), nn.Flatten())" }
        )
    }

    /// The layers that can be exported.
    ///
    /// Those for sequences are exported as layers for an image with one row,
    /// `[N, C, 1, L]`.
    static let all: [LayerMapping] = [
        LayerMapping(
            AveragePool1D.self,
            onnx: { layer, place, graph throws(ExportError) in try averagePool(layer.row, place, &graph) },
            torch: { layer, place, source in averagePool(layer.row, place, &source) }
        ),
        LayerMapping(AveragePool2D.self, onnx: averagePool, torch: averagePool),
        LayerMapping(
            BatchNorm1D.self,
            onnx: { layer, place, graph in batchNorm(layer.normalization, place, &graph) },
            torch: batchNorm1D
        ),
        LayerMapping(BatchNorm2D.self, onnx: batchNorm, torch: batchNorm),
        // Files have a flattened image in this order anyway.
        LayerMapping(ChannelsFirst.self, onnx: { _, place, _ in place.input }, torch: { _, _, _ in "nn.Identity()" }),
        LayerMapping(Concatenate.self, onnx: concatenate, torch: concatenate),
        LayerMapping(
            Conv1D.self,
            onnx: { layer, place, graph throws(ExportError) in try convolution(layer.row, place, &graph) },
            torch: convolution1D
        ),
        LayerMapping(Conv2D.self, onnx: convolution, torch: convolution),
        // Dropout is the identity in evaluation.
        LayerMapping(
            Dropout.self,
            onnx: { _, place, _ in place.input },
            torch: { layer, _, _ in "nn.Dropout(\(layer.probability))" }
        ),
        LayerMapping(ELU.self, operation: "Elu", attributes: { [.float("alpha", $0.alpha)] }) {
            "nn.ELU(\($0.alpha))"
        },
        LayerMapping(Flatten.self, operation: "Flatten", attributes: { _ in [.int("axis", 1)] }) { _ in "nn.Flatten()"
        },
        LayerMapping(GELU.self, onnx: gelu) { layer, _, _ in
            "nn.GELU(approximate='\(layer.approximation.rawValue)')"
        },
        LayerMapping(
            GlobalAveragePool.self,
            overWholeMaps: "GlobalAveragePool",
            named: "mean",
            module: "nn.AdaptiveAvgPool2d"
        ),
        LayerMapping(
            GlobalMaxPool.self,
            overWholeMaps: "GlobalMaxPool",
            named: "maximum",
            module: "nn.AdaptiveMaxPool2d"
        ),
        LayerMapping(GroupNorm.self, onnx: groupNorm, torch: groupNorm),
        LayerMapping(LayerNorm.self, onnx: layerNorm, torch: layerNorm),
        LayerMapping(LeakyReLU.self, operation: "LeakyRelu", attributes: { [.float("alpha", $0.negativeSlope)] }) {
            "nn.LeakyReLU(\($0.negativeSlope))"
        },
        LayerMapping(Linear.self, onnx: linear, torch: linear),
        LayerMapping(LocalResponseNorm.self, onnx: localResponseNorm) { layer, _, _ in
            "nn.LocalResponseNorm(\(layer.size), alpha=\(layer.alpha), beta=\(layer.beta), k=\(layer.k))"
        },
        LayerMapping(LocallyConnected2D.self, onnx: locallyConnected, torch: locallyConnected),
        LayerMapping(
            MaxPool1D.self,
            onnx: { layer, place, graph in maxPool(layer.row, place, &graph) },
            torch: { layer, place, source in maxPool(layer.row, place, &source) }
        ),
        LayerMapping(MaxPool2D.self, onnx: maxPool, torch: maxPool),
        LayerMapping(ReLU.self, operation: "Relu") { _ in "nn.ReLU()" },
        LayerMapping(Residual.self, onnx: residual, torch: residual),
        LayerMapping(Scale.self, onnx: scale, torch: scale),
        LayerMapping(Sigmoid.self, operation: "Sigmoid") { _ in "nn.Sigmoid()" },
        LayerMapping(SiLU.self, onnx: silu) { _, _, _ in "nn.SiLU()" },
        LayerMapping(Tanh.self, operation: "Tanh") { _ in "nn.Tanh()" },
    ]

    /// The mapping of a layer.
    ///
    /// - Parameters:
    ///   - place: The layer.
    ///   - format: The format, for the error.
    /// - Returns: The mapping.
    /// - Throws: `ExportError.noCounterpart`.
    static func of(_ place: ExportedLayer, format: String) throws(ExportError) -> LayerMapping {
        guard let mapping = all.first(where: { $0.kind == place.kind }) else { throw place.noCounterpart(in: format) }
        return mapping
    }
}
