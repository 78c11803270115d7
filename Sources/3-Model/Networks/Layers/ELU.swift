import Kernels

/// `x`; below 0 `alpha · (eˣ − 1)` (Clevert et al., "Exponential linear units", 2016), elementwise.
package struct ELU: Layer {
    package static let kind = "elu"
    package var role: LayerRole { .pointwise }

    /// The negative of the limit for `x → -∞`.
    package let alpha: Float

    /// The activation.
    ///
    /// - Parameter alpha: The negative of the limit for `x → -∞`; by default 1.
    package init(alpha: Float = 1) {
        precondition(alpha.isFinite, "elu: alpha \(alpha) found, a finite one needed")
        self.alpha = alpha
    }

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        ActivationPlan(activation: .elu(alpha: alpha), outputShape: context.inputShape)
    }
}
