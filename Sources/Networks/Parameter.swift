import Configuration
public import Tensors

/// A trainable tensor: its name and shape in files, its place in the network's flat buffers, and its order in memory.
public struct Parameter: Sendable {
    /// The name as PyTorch gives it to a `Sequential`'s parameter: `3.weight`, `4.body.0.bias`.
    public let name: String
    /// The shape in files, as PyTorch has it: `[O, C, KH, KW]`, `[out, in]`, `[O]`.
    public let shape: [Int]
    /// The order of the numbers in memory.
    public let layout: ParameterLayout
    /// How the initial values are drawn.
    public let initializer: ParameterInitializer
    /// The first float in the network's flat buffers.
    public internal(set) var offset = 0

    /// How many numbers the tensor holds.
    public var count: Int { shape.reduce(1, *) }
    /// The tensor's floats in the network's flat buffers.
    public var range: Range<Int> { offset..<offset + count }

    /// The tensor in file order.
    ///
    /// - Parameter buffer: One of the network's flat buffers: parameters, gradient, or an optimizer's slot.
    /// - Returns: `count` floats.
    public func values(in buffer: TensorSlice) -> [Float] {
        let memory = buffer[range]
        return layout.memoryIndices(shape: shape).map { memory[$0] }
    }

    /// Stores a tensor given in file order.
    ///
    /// - Parameters:
    ///   - values: `count` floats.
    ///   - buffer: One of the network's flat buffers.
    public func store(_ values: [Float], in buffer: TensorSlice) {
        precondition(values.count == count, "\(name): \(values.count) floats found, \(count) needed")
        let memory = buffer[range]
        for (value, index) in zip(values, layout.memoryIndices(shape: shape)) { memory[index] = value }
    }
}

/// How a parameter's numbers are ordered in memory, compared with its file.
public enum ParameterLayout: Sendable, Equatable {
    /// As in the file.
    case sameAsFile
    /// Convolution filters: `[KH, KW, C, O]` in memory, `[O, C, KH, KW]` in the file.
    case filters
    /// A matrix `[out, in]` in the file, `[in, out]` in memory; over a flattened image its inputs are in `[H, W, C]`
    /// order in memory, in `[C, H, W]` order in the file.
    case transposed(FeatureShape.ImageExtent?)

    /// The position in memory of each number of the file, in file order.
    ///
    /// - Parameter shape: The shape in the file.
    /// - Returns: A permutation of the positions.
    func memoryIndices(shape: [Int]) -> [Int] {
        let count = shape.reduce(1, *)
        switch self {
        case .sameAsFile:
            return Array(0..<count)
        case .filters:
            let (outputs, channels, rows, columns) = (shape[0], shape[1], shape[2], shape[3])
            return (0..<count).map { index in
                let (column, row) = (index % columns, index / columns % rows)
                let (channel, output) = (index / (columns * rows) % channels, index / (columns * rows * channels))
                return ((row * columns + column) * channels + channel) * outputs + output
            }
        case .transposed(let image):
            let (outputs, inputs) = (shape[0], shape[1])
            let (pixels, channels) = image.map { ($0.height * $0.width, $0.channels) } ?? (1, inputs)
            return (0..<count).map { index in
                let (output, input) = (index / inputs, index % inputs)
                let (channel, pixel) = (input / pixels, input % pixels)
                return (pixel * channels + channel) * outputs + output
            }
        }
    }
}

/// The distribution of a parameter's initial values.
public enum ParameterInitializer: Sendable, Equatable {
    /// Every value the same.
    case constant(Float)
    /// Weights that join `fanIn` inputs to `fanOut` outputs; `Initialization` chooses the distribution.
    case weights(fanIn: Int, fanOut: Int)
    /// A bias beside such weights.
    case bias(fanIn: Int)
}

extension Initialization {
    /// Draws a parameter's initial values, in file order.
    ///
    /// - Parameters:
    ///   - parameter: What to draw for.
    ///   - random: The parameter's own stream.
    /// - Returns: `parameter.count` floats.
    func values(for parameter: Parameter, random: inout RandomStream) -> [Float] {
        let count = parameter.count
        switch (parameter.initializer, self) {
        case (.constant(let value), _):
            return Array(repeating: value, count: count)
        case (.weights(let fanIn, _), .pytorch), (.bias(let fanIn), .pytorch):
            return uniform(count, bound: 1 / Float(fanIn).squareRoot(), &random)
        case (.weights(let fanIn, _), .heNormal):
            // Variance 2 / fanIn (He et al., 2015, equation 10).
            let deviation = (2 / Float(fanIn)).squareRoot()
            return (0..<count).map { _ in random.nextNormal() * deviation }
        case (.weights(let fanIn, let fanOut), .xavierUniform):
            // Uniform in ±√(6 / (fanIn + fanOut)) (Glorot and Bengio, 2010, equation 16).
            return uniform(count, bound: (6 / Float(fanIn + fanOut)).squareRoot(), &random)
        case (.bias, .heNormal), (.bias, .xavierUniform):
            return Array(repeating: 0, count: count)
        }
    }

    private func uniform(_ count: Int, bound: Float, _ random: inout RandomStream) -> [Float] {
        (0..<count).map { _ in (2 * random.nextUniform() - 1) * bound }
    }
}
