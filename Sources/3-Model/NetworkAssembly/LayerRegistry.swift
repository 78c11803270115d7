package import Configuration
import Kernels
package import Networks

/// The layers that configuration files can name, and how their options are read: a new layer is one entry here.
package enum LayerRegistry {
    /// The layers' names, in alphabetical order.
    package static var kinds: [String] { entries.map(\.kind) }

    /// A kind of layer: its name, what it does, and what makes a layer from its options.
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
    }

    static let entries: [Entry] = [
        Entry(AveragePool2D.self, means: "means of windows") { options throws(ConfigurationError) in
            let window = try options.poolingWindow()
            return AveragePool2D(kernel: window.kernel, stride: window.stride)
        },
        Entry(
            BatchNorm2D.self,
            means:
                "numbers of a channel, over a virtual shard, to mean 0 and deviation 1; then scaled and moved by what is learnt"
        ) { options throws(ConfigurationError) in
            BatchNorm2D(
                epsilon: Float(
                    try options.number(
                        "epsilon",
                        default: 1e-5,
                        in: 1e-12...1,
                        means: "added to the variance"
                    )
                ),
                momentum: Float(
                    try options.number(
                        "momentum",
                        default: 0.1,
                        in: 0...1,
                        means: "share of a step in the running statistics, which evaluation uses"
                    )
                )
            )
        },
        Entry(Conv2D.self, means: "windows times learnt filters") { options throws(ConfigurationError) in
            Conv2D(
                outputChannels: try options.integer("outputChannels", in: 1...1 << 16, means: "how many filters"),
                kernel: try options.integer("kernel", in: 1...1024, means: "side of a window in pixels"),
                stride: try options.integer(
                    "stride",
                    default: 1,
                    in: 1...1024,
                    means: "pixels from one window to the next"
                ),
                padding: try options.padding("padding"),
                hasBias: try options.boolean("bias", default: true, means: "add a learnt number to each output")
            )
        },
        Entry(Dropout.self, means: "drops numbers at random in training, and scales the others up") {
            options throws(ConfigurationError) in
            Dropout(
                probability: Float(
                    try options.number(
                        "probability",
                        default: 0.5,
                        in: 0...0.999,
                        means: "share of the numbers that are dropped"
                    )
                )
            )
        },
        Entry(Flatten.self, means: "an image as a vector") { _ throws(ConfigurationError) in Flatten() },
        Entry(GlobalAveragePool.self, means: "the mean of each channel") { _ throws(ConfigurationError) in
            GlobalAveragePool()
        },
        Entry(Linear.self, means: "a dense layer: every input times a learnt weight for every output") {
            options throws(ConfigurationError) in
            Linear(
                outputFeatures: try options.outputFeatures("outputFeatures"),
                hasBias: try options.boolean("bias", default: true, means: "add a learnt number to each output")
            )
        },
        Entry(MaxPool2D.self, means: "largest numbers of windows") { options throws(ConfigurationError) in
            let window = try options.poolingWindow()
            return MaxPool2D(kernel: window.kernel, stride: window.stride)
        },
        Entry(ReLU.self, means: "max(x, 0)") { _ throws(ConfigurationError) in ReLU() },
        Entry(Residual.self, means: "the sum of what two branches make of the input") {
            options throws(ConfigurationError) in
            Residual(
                body: try options.assembledLayers("body", means: "the first branch"),
                shortcut: try options.assembledLayers(
                    "shortcut",
                    means: "the second branch; without layers the input as it is"
                )
            )
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
    fileprivate func assembledLayers(_ key: String, means meaning: String) throws(ConfigurationError) -> [any Layer] {
        try layers(key, means: meaning).assemble()
    }

    /// A number of outputs; nil for `classes`.
    fileprivate func outputFeatures(_ key: String) throws(ConfigurationError) -> Int? {
        let meaning = "how many outputs; classes: one for each class of the data set, as the last layer needs them"
        switch try integerOrWord(key, words: ["classes"], in: 1...1 << 24, means: meaning) {
        case .integer(let count): return count
        case .word: return nil
        }
    }

    /// `kernel`, and `stride`, by default the kernel.
    fileprivate func poolingWindow() throws(ConfigurationError) -> (kernel: Int, stride: Int) {
        let kernel = try integer("kernel", in: 1...PoolingShape.kernelLimit, means: "side of a window in pixels")
        let meaning = "pixels from one window to the next"
        return (kernel, try integer("stride", default: kernel, saidAs: "kernel", in: 1...1024, means: meaning))
    }

    /// `same`, `valid` or a number of pixels; by default `valid`.
    fileprivate func padding(_ key: String) throws(ConfigurationError) -> Conv2D.Padding {
        switch try integerOrWord(
            key,
            default: .word("valid"),
            words: ["same", "valid"],
            in: 0...1024,
            means: "zeros around the input, in pixels; same keeps its size, valid adds none"
        ) {
        case .integer(let pixels): .pixels(pixels)
        case .word(let word): word == "same" ? .same : .valid
        }
    }
}
