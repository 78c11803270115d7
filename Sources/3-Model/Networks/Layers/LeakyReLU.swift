import Kernels

/// `x`, and `negativeSlope · x` below 0, number by number (Maas et al., "Rectifier nonlinearities", 2013).
package struct LeakyReLU: Layer {
    package static let kind = "leakyReLU"
    package var role: LayerRole { .pointwise }

    /// What numbers below 0 are multiplied by.
    package let negativeSlope: Float

    /// The activation.
    ///
    /// - Parameter negativeSlope: What numbers below 0 are multiplied by; by default 0.01.
    package init(negativeSlope: Float = 0.01) {
        precondition(negativeSlope.isFinite, "leakyReLU: slope \(negativeSlope) found, a finite one needed")
        self.negativeSlope = negativeSlope
    }

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        ActivationPlan(activation: .leakyReLU(negativeSlope: negativeSlope), outputShape: context.inputShape)
    }
}
