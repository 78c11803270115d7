import Kernels

/// `1 / (1 + e⁻ˣ)`, elementwise.
package struct Sigmoid: Layer {
    package static let kind = "sigmoid"
    package var role: LayerRole { .pointwise }

    /// The activation.
    package init() {}

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        ActivationPlan(activation: .sigmoid, outputShape: context.inputShape)
    }
}
