import Networks

/// How other systems write a kind of layer.
///
/// To export a new layer: one entry in `LayerMapping.all`, and its two functions.
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

    /// The layers that can be exported.
    static let all: [LayerMapping] = [
        LayerMapping(AveragePool1D.self, onnx: averagePool1D, torch: averagePool1D),
        LayerMapping(AveragePool2D.self, onnx: averagePool, torch: averagePool),
        LayerMapping(BatchNorm1D.self, onnx: batchNorm1D, torch: batchNorm1D),
        LayerMapping(BatchNorm2D.self, onnx: batchNorm, torch: batchNorm),
        LayerMapping(ChannelsFirst.self, onnx: channelsFirst, torch: channelsFirst),
        LayerMapping(Concatenate.self, onnx: concatenate, torch: concatenate),
        LayerMapping(Conv1D.self, onnx: convolution1D, torch: convolution1D),
        LayerMapping(Conv2D.self, onnx: convolution, torch: convolution),
        LayerMapping(Dropout.self, onnx: dropout, torch: dropout),
        LayerMapping(ELU.self, onnx: elu, torch: elu),
        LayerMapping(Flatten.self, onnx: flatten, torch: flatten),
        LayerMapping(GELU.self, onnx: gelu, torch: gelu),
        LayerMapping(GlobalAveragePool.self, onnx: globalAveragePool, torch: globalAveragePool),
        LayerMapping(GlobalMaxPool.self, onnx: globalMaxPool, torch: globalMaxPool),
        LayerMapping(GroupNorm.self, onnx: groupNorm, torch: groupNorm),
        LayerMapping(LayerNorm.self, onnx: layerNorm, torch: layerNorm),
        LayerMapping(LeakyReLU.self, onnx: leakyReLU, torch: leakyReLU),
        LayerMapping(Linear.self, onnx: linear, torch: linear),
        LayerMapping(LocalResponseNorm.self, onnx: localResponseNorm, torch: localResponseNorm),
        LayerMapping(LocallyConnected2D.self, onnx: locallyConnected, torch: locallyConnected),
        LayerMapping(MaxPool1D.self, onnx: maxPool1D, torch: maxPool1D),
        LayerMapping(MaxPool2D.self, onnx: maxPool, torch: maxPool),
        LayerMapping(ReLU.self, onnx: relu, torch: relu),
        LayerMapping(Residual.self, onnx: residual, torch: residual),
        LayerMapping(Scale.self, onnx: scale, torch: scale),
        LayerMapping(Sigmoid.self, onnx: sigmoid, torch: sigmoid),
        LayerMapping(SiLU.self, onnx: silu, torch: silu),
        LayerMapping(Tanh.self, onnx: tanh, torch: tanh),
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

/// A layer of the exported network.
struct ExportedLayer {
    /// The place: `3`, or `4.body.0`.
    let name: String
    let layer: any Layer
    /// The shape of one sample's input.
    let inputShape: FeatureShape
    /// The shape of one sample's input.
    let outputShape: FeatureShape
    /// The sequences inside of the layer.
    let branches: [Sequential]
    /// The name of its input.
    var input = ""

    var kind: String { type(of: layer).kind }

    /// The name of one of its tensors.
    func tensor(_ suffix: String) -> String { "\(name).\(suffix)" }

    func noCounterpart(in format: String) -> ExportError {
        .noCounterpart(layer: name, kind: kind, format: format)
    }

    /// The layers of a sequence, with their input shapes.
    static func layers(of sequence: [NamedLayer], inputShape: FeatureShape) -> [ExportedLayer] {
        var shape = inputShape
        return sequence.map { named in
            defer { shape = named.plan.outputShape }
            return ExportedLayer(
                name: named.name,
                layer: named.layer,
                inputShape: shape,
                outputShape: named.plan.outputShape,
                branches: named.plan.branches
            )
        }
    }
}

extension Extent {
    /// Rows, then columns.
    var both: [Int] { [rows, columns] }
    /// One number for a square, otherwise a Python tuple.
    var python: String { rows == columns ? "\(rows)" : "(\(rows), \(columns))" }
}
