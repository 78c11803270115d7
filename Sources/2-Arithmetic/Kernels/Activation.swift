import CVectorKernels
package import Tensors

/// An activation, computed float by float.
///
/// The bits of the results don't depend on the vector width. Values are exact to six digits, derivatives to six
/// decimals.
package enum Activation: Hashable, Sendable {
    /// max(0, x).
    case relu
    /// x; below 0 `negativeSlope · x` (Maas et al., "Rectifier nonlinearities", 2013).
    case leakyReLU(negativeSlope: Float)
    /// x; below 0 `alpha · (eˣ − 1)` (Clevert et al., "Exponential linear units", 2016).
    case elu(alpha: Float)
    /// 1 / (1 + e⁻ˣ).
    case sigmoid
    /// The hyperbolic tangent.
    case tanh
    /// x · sigmoid(x) (Elfwing et al., "Sigmoid-weighted linear units", 2018).
    case silu
    /// x · Φ(x), where Φ is the standard normal distribution (Hendrycks and Gimpel, "Gaussian error linear units", 2016).
    case gelu
    /// The paper's approximation of GELU: x · sigmoid(2 √(2/π) (x + 0.044715 x³)).
    case tanhGELU

    /// Computes the activation of each float.
    ///
    /// - Parameters:
    ///   - input: Any number of floats.
    ///   - output: As many, overwritten; may be the same slice.
    package func apply(to input: TensorSlice, into output: TensorSlice) {
        Elementwise.requireEqualCounts("Activation", input, output)
        let (kind, parameter) = kernel
        Self.kernels.activate(kind, parameter, input.count, input.base, output.base)
    }

    /// Computes the gradient with respect to the input.
    ///
    /// - Parameters:
    ///   - input: The input of `apply`.
    ///   - gradient: The gradient with respect to the output.
    ///   - inputGradient: Overwritten; may be `gradient` itself.
    package func backward(input: TensorSlice, gradient: TensorSlice, into inputGradient: TensorSlice) {
        Elementwise.requireEqualCounts("Activation", input, gradient)
        Elementwise.requireEqualCounts("Activation", input, inputGradient)
        let (kind, parameter) = kernel
        Self.kernels.activationGradient(
            kind,
            parameter,
            input.count,
            input.base,
            gradient.base,
            inputGradient.base
        )
    }

    /// The activation as the vector kernels take it.
    var kernel: (kind: ActivationKind, parameter: Float) {
        switch self {
        case .relu: (activationReLU, 0)
        case .leakyReLU(let negativeSlope): (activationLeakyReLU, negativeSlope)
        case .elu(let alpha): (activationELU, alpha)
        case .sigmoid: (activationSigmoid, 0)
        case .tanh: (activationTanh, 0)
        case .silu: (activationSiLU, 0)
        case .gelu: (activationGELU, 0)
        case .tanhGELU: (activationTanhGELU, 0)
        }
    }

    private static var kernels: VectorKernels { VectorInstructions.inUse.kernels }
}
