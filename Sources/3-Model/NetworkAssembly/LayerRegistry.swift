package import ConfigurationFiles
package import Networks

/// The layers for configuration files, and how their options are read.
///
/// A new layer is one entry in one of the lists in the files beside this one.
package enum LayerRegistry {
    /// The names of the kinds, in alphabetical order.
    package static var kinds: [String] { entries.map(\.kind) }

    /// A kind of layer: its name, its meaning, and the function that creates a layer from its options.
    struct Entry: Sendable {
        let kind: String
        let meaning: String
        let make: @Sendable (OptionReader) throws(ConfigurationError) -> any Layer

        init<Kind: Layer>(
            _ type: Kind.Type,
            means meaning: String,
            make: @escaping @Sendable (OptionReader) throws(ConfigurationError) -> Kind
        ) {
            kind = type.kind
            self.meaning = meaning
            self.make = make
        }

        /// A kind with tensors, whose settings every such layer has.
        init<Kind: ParametricLayer>(
            _ type: Kind.Type,
            means meaning: String,
            make: @escaping @Sendable (OptionReader) throws(ConfigurationError) -> Kind
        ) {
            kind = type.kind
            self.meaning = meaning
            self.make = { options throws(ConfigurationError) in
                var layer = try make(options)
                layer.tensors = try options.layerTensors()
                return layer
            }
        }
    }

    static let entries = (products + pools + normalizations + activations + blocks).sorted { $0.kind < $1.kind }
}

extension LayerDescription {
    /// Creates the layer.
    ///
    /// - Returns: The layer, not planned for an input yet.
    /// - Throws: `ConfigurationError` for an unknown kind, or a wrong option.
    package func assemble() throws(ConfigurationError) -> any Layer {
        guard let entry = LayerRegistry.entries.first(where: { $0.kind == kind }) else {
            throw unknownKind(valid: LayerRegistry.kinds)
        }
        let layer = try entry.make(options)
        try options.finish()
        return layer
    }
}

extension [LayerDescription] {
    /// Creates the layers.
    ///
    /// - Returns: The layers, not planned for an input yet.
    /// - Throws: `ConfigurationError` for an unknown kind, or a wrong option.
    func assemble() throws(ConfigurationError) -> [any Layer] {
        var layers: [any Layer] = []
        for description in self { layers.append(try description.assemble()) }
        return layers
    }
}

extension OptionReader {
    /// A number in single precision.
    func single(
        _ key: String,
        default fallback: Double? = nil,
        in range: ClosedRange<Double>,
        means meaning: String
    ) throws(ConfigurationError) -> Float {
        Float(try number(key, default: fallback, in: range, means: meaning))
    }

    /// One number for rows and columns, or `[rows, columns]`.
    func extent(
        _ key: String,
        default fallback: Extent? = nil,
        saidAs words: String? = nil,
        in range: ClosedRange<Int>,
        means meaning: String
    ) throws(ConfigurationError) -> Extent {
        let (rows, columns) = try rowsAndColumns(
            key,
            default: fallback.map { ($0.rows, $0.columns) },
            saidAs: words,
            in: range,
            means: meaning
        )
        return Extent(rows: rows, columns: columns)
    }
}
