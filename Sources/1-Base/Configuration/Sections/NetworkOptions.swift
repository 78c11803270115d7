public import Tensors

/// The section `network`: what is trained.
public struct NetworkOptions {
    /// How initial weights are drawn; `pytorch` unless set.
    public let initialization: Initialization
    /// The layers, at least one, from input to logits.
    public let layers: [LayerDescription]
    private let options: OptionReader

    init(_ options: OptionReader) throws(ConfigurationError) {
        initialization = try options.choice("initialization", default: .pytorch)
        layers = try options.layers("layers")
        guard !layers.isEmpty else { throw options.missing("layers", "a list of at least one layer") }
        try options.finish()
        self.options = options
    }

    /// Makes an error about the network as a whole.
    ///
    /// - Parameters:
    ///   - problem: What is wrong.
    ///   - hint: What to do about it; nothing by default.
    /// - Returns: The error, located at the section.
    public func error(_ problem: String, hint: String? = nil) -> ConfigurationError {
        options.error("layers", problem, hint: hint)
    }
}
