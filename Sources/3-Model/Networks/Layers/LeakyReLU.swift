import Kernels

/// `x`; below 0 `negativeSlope · x` (Maas et al., "Rectifier nonlinearities", 2013), elementwise.
package struct LeakyReLU: Layer {
    package static let kind = "leakyReLU"
    package var role: LayerRole { .pointwise }

    /// The factor of negative numbers.
    package let negativeSlope: Float

    /// The activation.
    ///
    /// - Parameter negativeSlope: The factor of negative numbers; by default 0.01.
    package init(negativeSlope: Float = 0.01) {
        precondition(negativeSlope.isFinite, "leakyReLU: slope \(negativeSlope) found, a finite one needed")
        self.negativeSlope = negativeSlope
    }

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        ActivationPlan(activation: .leakyReLU(negativeSlope: negativeSlope), outputShape: context.inputShape)
    }
}
