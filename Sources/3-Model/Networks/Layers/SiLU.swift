import Kernels

/// `x · sigmoid(x)`, elementwise, also called swish (Elfwing et al., "Sigmoid-weighted linear units", 2018).
package struct SiLU: Layer {
    package static let kind = "silu"
    package var role: LayerRole { .pointwise }

    /// The activation.
    package init() {}

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        ActivationPlan(activation: .silu, outputShape: context.inputShape)
    }
}
