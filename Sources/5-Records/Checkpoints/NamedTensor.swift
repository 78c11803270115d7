/// A tensor of 32-bit floats, with its name in PyTorch.
public struct NamedTensor: Hashable, Sendable {
    /// Name and shape.
    public let description: TensorDescription
    /// The elements in row-major order.
    public let values: [Float]

    /// Creates a tensor.
    ///
    /// - Parameters:
    ///   - name: The parameter's name, such as `0.weight`; not `__metadata__`, which safetensors reserves.
    ///   - shape: The dimensions, outermost first; empty for a scalar.
    ///   - values: The elements in row-major order.
    public init(name: String, shape: [Int], values: [Float]) {
        self.init(TensorDescription(name: name, shape: shape), values: values)
    }

    init(_ description: TensorDescription, values: [Float]) {
        let needed = description.shape.reduce(1, *)
        precondition(
            values.count == needed,
            "NamedTensor \(description): \(values.count) values found, \(needed) needed"
        )
        precondition(
            description.name != Safetensors.metadataKey,
            "NamedTensor: \(description.name) found, a name that safetensors does not reserve needed"
        )
        self.description = description
        self.values = values
    }

    /// The parameter's name.
    public var name: String { description.name }
    /// The dimensions, outermost first; empty for a scalar.
    public var shape: [Int] { description.shape }
}

/// The name and the shape of a tensor, without its values.
public struct TensorDescription: Hashable, Sendable, CustomStringConvertible {
    /// The parameter's name.
    public let name: String
    /// The dimensions, outermost first; empty for a scalar.
    public let shape: [Int]

    /// Describes a tensor.
    public init(name: String, shape: [Int]) {
        self.name = name
        self.shape = shape
    }

    /// Name and shape, as in messages and manifests: `0.weight [32, 3, 3, 3]`.
    public var description: String { "\(name) \(shape)" }
}
