import Kernels

/// The hyperbolic tangent, elementwise.
package struct Tanh: Layer {
    package static let kind = "tanh"
    package var role: LayerRole { .pointwise }

    /// The activation.
    package init() {}

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        ActivationPlan(activation: .tanh, outputShape: context.inputShape)
    }
}
