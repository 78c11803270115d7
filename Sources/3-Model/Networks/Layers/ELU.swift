import Kernels

/// `x`, and `alpha · (eˣ − 1)` below 0, number by number (Clevert et al., "Exponential linear units", 2016).
package struct ELU: Layer {
    package static let kind = "elu"
    package var role: LayerRole { .pointwise }

    /// What is approached far below 0, with the sign changed.
    package let alpha: Float

    /// The activation.
    ///
    /// - Parameter alpha: What is approached far below 0, with the sign changed; by default 1.
    package init(alpha: Float = 1) {
        precondition(alpha.isFinite, "elu: alpha \(alpha) found, a finite one needed")
        self.alpha = alpha
    }

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        ActivationPlan(activation: .elu(alpha: alpha), outputShape: context.inputShape)
    }
}
