package import Configuration
import Kernels
package import Networks

/// The layers that configuration files can name, and how their options are read: a new layer is one entry here.
package enum LayerRegistry {
    /// The layers' names, in alphabetical order.
    package static var kinds: [String] { entries.map(\.kind) }

    /// A kind of layer: its name, and what makes a layer from its options.
    struct Entry: Sendable {
        let kind: String
        let make: @Sendable (OptionReader) throws(ConfigurationError) -> any Layer

        init<Kind: Layer>(
            _ type: Kind.Type,
            make: @escaping @Sendable (OptionReader) throws(ConfigurationError) -> Kind
        ) {
            kind = type.kind
            self.make = make
        }
    }

    static let entries: [Entry] = [
        Entry(AveragePool2D.self) { options throws(ConfigurationError) in
            let window = try options.poolingWindow()
            return AveragePool2D(kernel: window.kernel, stride: window.stride)
        },
        Entry(BatchNorm2D.self) { options throws(ConfigurationError) in
            BatchNorm2D(
                epsilon: Float(try options.number("epsilon", default: 1e-5, in: 1e-12...1)),
                momentum: Float(try options.number("momentum", default: 0.1, in: 0...1))
            )
        },
        Entry(Conv2D.self) { options throws(ConfigurationError) in
            Conv2D(
                outputChannels: try options.integer("outputChannels", in: 1...1 << 16),
                kernel: try options.integer("kernel", in: 1...1024),
                stride: try options.integer("stride", default: 1, in: 1...1024),
                padding: try options.padding("padding"),
                hasBias: try options.boolean("bias", default: true)
            )
        },
        Entry(Dropout.self) { options throws(ConfigurationError) in
            Dropout(probability: Float(try options.number("probability", default: 0.5, in: 0...0.999)))
        },
        Entry(Flatten.self) { _ throws(ConfigurationError) in Flatten() },
        Entry(GlobalAveragePool.self) { _ throws(ConfigurationError) in GlobalAveragePool() },
        Entry(Linear.self) { options throws(ConfigurationError) in
            Linear(
                outputFeatures: try options.integer("outputFeatures", in: 1...1 << 24),
                hasBias: try options.boolean("bias", default: true)
            )
        },
        Entry(MaxPool2D.self) { options throws(ConfigurationError) in
            let window = try options.poolingWindow()
            return MaxPool2D(kernel: window.kernel, stride: window.stride)
        },
        Entry(ReLU.self) { _ throws(ConfigurationError) in ReLU() },
        Entry(Residual.self) { options throws(ConfigurationError) in
            Residual(body: try options.assembledLayers("body"), shortcut: try options.assembledLayers("shortcut"))
        },
    ]
}

extension LayerDescription {
    /// Makes the layer.
    ///
    /// - Returns: The layer, not yet fitted to any input.
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
    /// Makes the layers.
    ///
    /// - Returns: The layers, not yet fitted to any input.
    /// - Throws: `ConfigurationError` for an unknown kind, or a wrong option.
    func assemble() throws(ConfigurationError) -> [any Layer] {
        var layers: [any Layer] = []
        for description in self { layers.append(try description.assemble()) }
        return layers
    }
}

extension OptionReader {
    /// The layers of a branch; none where the key is absent.
    fileprivate func assembledLayers(_ key: String) throws(ConfigurationError) -> [any Layer] {
        try layers(key).assemble()
    }

    /// `kernel`, and `stride`, by default the kernel.
    fileprivate func poolingWindow() throws(ConfigurationError) -> (kernel: Int, stride: Int) {
        let kernel = try integer("kernel", in: 1...PoolingShape.kernelLimit)
        return (kernel, try integer("stride", default: kernel, in: 1...1024))
    }

    /// `same`, `valid` or a number of pixels; by default `valid`.
    fileprivate func padding(_ key: String) throws(ConfigurationError) -> Conv2D.Padding {
        switch try integerOrWord(key, default: .word("valid"), words: ["same", "valid"], in: 0...1024) {
        case .integer(let pixels): .pixels(pixels)
        case .word(let word): word == "same" ? .same : .valid
        }
    }
}
