/// The definition of a layer: its kind and options, independent of its input.
///
/// A network is a list of such values, as in
///
///     [Conv2D(outputChannels: 32, kernel: 3, padding: .same), ReLU(), Flatten(), Linear(outputFeatures: 10)]
///
/// The shape of the input is known when the network is planned (`Network`); a layer that doesn't fit it throws a
/// `LayerError`. Options that fit no input are a mistake of the caller, which the initializer's preconditions catch.
///
/// To add a layer: one file in `Layers/`, one entry in NetworkAssembly's `LayerRegistry`, one test suite.
package protocol Layer: Sendable {
    /// The layer's name in configuration files and tables.
    static var kind: String { get }
    /// What the layer does, for tools that look into a network.
    var role: LayerRole { get }

    /// Plans the layer for its input.
    ///
    /// - Parameter context: The input's shape, the layer's name, and the largest batch.
    /// - Returns: The plan that computes the layer.
    /// - Throws: `LayerError` if the layer does not fit its input.
    func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan
}

/// What a layer does, for tools that look into a network.
package enum LayerRole: Sendable {
    /// Computes feature maps: a convolution, or a block of them.
    case featureMaps
    /// Connects every input to every output.
    case dense
    /// Changes each value by itself: an activation or a normalization.
    case pointwise
    /// Reduces several values of a feature map to one.
    case pooling
    /// In evaluation the output has the same values as the input.
    case identity
}

/// A layer that doesn't fit its input.
package struct LayerError: Error, Equatable, CustomStringConvertible {
    /// The layer's place, `3` or `4.body.0`; empty for the network as a whole.
    package let layer: String
    /// The option that is to blame, by its name in configuration files; nil if no single option is.
    package let option: String?
    /// What was expected, and what was found.
    package let problem: String
    /// What to do about it.
    package let hint: String?

    package init(layer: String, option: String?, problem: String, hint: String?) {
        (self.layer, self.option, self.problem, self.hint) = (layer, option, problem, hint)
    }

    /// As in `layer 3, kernel: a 5×5 kernel does not fit an input of 3×3 with this padding; use a smaller kernel`.
    package var description: String {
        let place = layer.isEmpty ? "network" : "layer \(layer)" + (option.map { ", \($0)" } ?? "")
        return "\(place): \(problem)" + (hint.map { "; \($0)" } ?? "")
    }
}
