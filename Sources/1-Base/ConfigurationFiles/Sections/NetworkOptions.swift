package import Tensors

/// The section `network`: the layers and their initial weights.
package struct NetworkOptions {
    /// How initial weights are drawn; `pytorch` unless set.
    package let initialization: Initialization
    /// The layers, at least one, from input to logits.
    package let layers: [LayerDescription]
    private let options: OptionReader

    init(_ options: OptionReader) throws(ConfigurationError) {
        initialization = try options.choice(
            "initialization",
            default: .pytorch,
            among: Initialization.forAnyWeights,
            means: "how initial weights are drawn, where a layer doesn't say"
        )
        layers = try options.layers(
            "layers",
            isRequired: true,
            means: "the layers from input to logits, each a kind or kind: {options}"
        )
        try options.finish()
        self.options = options
    }

    /// Makes an error about the network as a whole.
    ///
    /// - Parameters:
    ///   - problem: What is wrong.
    ///   - hint: What to do about it; nothing by default.
    /// - Returns: The error, located at the section.
    package func error(_ problem: String, hint: String? = nil) -> ConfigurationError {
        options.error("layers", problem, hint: hint)
    }
}
