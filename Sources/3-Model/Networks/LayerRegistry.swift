import Configuration

/// The layers that configuration files can name: a new layer is one line here.
enum LayerRegistry {
    static let layers: [any Layer.Type] = [
        AveragePool2D.self,
        BatchNorm2D.self,
        Conv2D.self,
        Dropout.self,
        Flatten.self,
        GlobalAveragePool.self,
        Linear.self,
        MaxPool2D.self,
        ReLU.self,
        ResidualBlock.self,
    ]

    /// Makes the layer that a description names.
    ///
    /// - Parameters:
    ///   - description: The kind and options in a configuration file.
    ///   - context: What comes before the layer.
    /// - Returns: The layer.
    /// - Throws: `ConfigurationError` for an unknown kind, a wrong option, or a layer that does not fit its input.
    static func makeLayer(
        _ description: LayerDescription,
        context: LayerContext
    ) throws(ConfigurationError) -> any Layer {
        guard let type = layers.first(where: { $0.kind == description.kind }) else {
            throw description.unknownKind(valid: layers.map { $0.kind })
        }
        let layer = try type.init(options: description.options, context: context)
        try description.options.finish()
        return layer
    }
}
