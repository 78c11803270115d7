/// One step of a network, as it is written down: its kind and options, and nothing of what comes before it.
///
/// A network is a list of such values, as in
///
///     [Conv2D(outputChannels: 32, kernel: 3, padding: .same), ReLU(), Flatten(), Linear(outputFeatures: 10)]
///
/// What a layer needs to know of its input is told when the network is planned (`Network`), where what does not fit is a
/// `LayerError`. Options that no input fits are the caller's mistake, a precondition of the initializer.
///
/// To add a layer: one file in `Layers/`, one entry in NetworkAssembly's `LayerRegistry`, one test suite.
package protocol Layer: Sendable {
    /// The layer's name in configuration files and tables.
    static var kind: String { get }
    /// What the layer is to whoever looks into a network.
    var role: LayerRole { get }

    /// Fits the layer to what comes before it.
    ///
    /// - Parameter context: The input's shape, the layer's name, and the most samples of a call.
    /// - Returns: What computes the layer.
    /// - Throws: `LayerError` where the layer does not fit its input.
    func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan
}

/// What a layer is to whoever looks into a network.
package enum LayerRole: Sendable {
    /// Makes maps of its own: a convolution, or a block of them.
    case featureMaps
    /// Joins every input to every output.
    case dense
    /// Changes each number where it is: an activation or a normalization.
    case pointwise
    /// Takes many numbers of a map to one.
    case pooling
    /// In evaluation its output has the numbers of its input.
    case identity
}

/// A layer that does not fit where it stands.
package struct LayerError: Error, Equatable, CustomStringConvertible {
    /// The layer's place, `3` or `4.body.0`; empty for the network as a whole.
    package let layer: String
    /// The option that is to blame, by its name in configuration files; nil where no single one is.
    package let option: String?
    /// What is needed, and what was found.
    package let problem: String
    /// What to do about it.
    package let hint: String?

    /// As in `layer 3, kernel: a 5×5 kernel does not fit an input of 3×3 with this padding; use a smaller kernel`.
    package var description: String {
        let place = layer.isEmpty ? "network" : "layer \(layer)" + (option.map { ", \($0)" } ?? "")
        return "\(place): \(problem)" + (hint.map { "; \($0)" } ?? "")
    }
}
