/// How initial weights are drawn.
public enum Initialization: String, CaseIterable, Sendable {
    /// PyTorch's default: weights and biases uniform in ±1/√fan-in.
    case pytorch
    /// Normal with standard deviation √(2/fan-in), biases zero (He et al., "Delving deep into rectifiers", 2015,
    /// equation 10).
    case heNormal
    /// Uniform in ±√(6/(fan-in + fan-out)), biases zero (Glorot and Bengio, "Understanding the difficulty of training
    /// deep feedforward neural networks", 2010, equation 16).
    case xavierUniform
    /// Uniform in ±√3, so that the standard deviation is 1, biases zero: for outputs that are divided afterwards.
    case unitVariance
    /// Rows or columns that are orthogonal unit vectors, biases zero (Saxe et al., "Exact solutions to the nonlinear
    /// dynamics of learning in deep linear neural networks", 2014).
    case orthogonal
    /// The first filters of a convolution pass a channel each unchanged, the others are PyTorch's; biases zero (Zagoruyko
    /// and Komodakis, "DiracNets", 2017).
    case dirac
    /// Zeros.
    case zeros
    /// Filters that whiten patches of the training images, biases zero (Coates and Ng, "Learning feature representations
    /// with k-means", 2012).
    case whitening

    /// Those that fit the weights of any layer.
    package static let forAnyWeights: [Initialization] = [.pytorch, .heNormal, .xavierUniform, .unitVariance]

    /// Draws weights, for `forAnyWeights` and `zeros`.
    ///
    /// - Parameters:
    ///   - count: How many weights.
    ///   - fanIn: Inputs connected to each output.
    ///   - fanOut: Outputs connected to each input.
    ///   - random: The source of random numbers.
    /// - Returns: `count` floats.
    package func weights(_ count: Int, fanIn: Int, fanOut: Int, random: inout RandomStream) -> [Float] {
        switch self {
        case .pytorch: return Self.uniform(count, bound: 1 / Float(fanIn).squareRoot(), &random)
        case .heNormal:
            let deviation = (2 / Float(fanIn)).squareRoot()
            return (0..<count).map { _ in random.nextNormal() * deviation }
        case .xavierUniform: return Self.uniform(count, bound: (6 / Float(fanIn + fanOut)).squareRoot(), &random)
        case .unitVariance: return Self.uniform(count, bound: Float(3).squareRoot(), &random)
        case .zeros: return Array(repeating: 0, count: count)
        case .orthogonal, .dirac, .whitening: preconditionFailure("\(rawValue) found, which needs the weights' shape")
        }
    }

    /// Draws the biases beside such weights.
    ///
    /// - Parameters:
    ///   - count: How many biases.
    ///   - fanIn: Inputs connected to each output.
    ///   - random: The source of random numbers.
    /// - Returns: `count` floats.
    package func biases(_ count: Int, fanIn: Int, random: inout RandomStream) -> [Float] {
        switch self {
        case .pytorch: Self.uniform(count, bound: 1 / Float(fanIn).squareRoot(), &random)
        case .heNormal, .xavierUniform, .unitVariance, .orthogonal, .dirac, .zeros, .whitening:
            Array(repeating: 0, count: count)
        }
    }

    private static func uniform(_ count: Int, bound: Float, _ random: inout RandomStream) -> [Float] {
        (0..<count).map { _ in (2 * random.nextUniform() - 1) * bound }
    }
}
