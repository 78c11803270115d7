import Kernels

/// `x · Φ(x)`, elementwise, where Φ is the cumulative distribution function of the standard normal distribution
/// (Hendrycks and Gimpel, "Gaussian error linear units", 2016).
package struct GELU: Layer {
    package static let kind = "gelu"
    package var role: LayerRole { .pointwise }

    /// How Φ is computed.
    package let approximation: Approximation

    /// How Φ is computed.
    package enum Approximation: String, CaseIterable, Sendable {
        /// Exactly.
        case none
        /// With tanh, the paper's faster approximation; its error is up to 5e-4.
        case tanh
    }

    /// The activation.
    ///
    /// - Parameter approximation: How Φ is computed; by default exactly.
    package init(approximation: Approximation = .none) { self.approximation = approximation }

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        ActivationPlan(
            activation: approximation == .none ? .gelu : .tanhGELU,
            outputShape: context.inputShape
        )
    }
}
