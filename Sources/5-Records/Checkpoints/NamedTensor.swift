/// A tensor of 32-bit floats, with its name in PyTorch.
package struct NamedTensor: Hashable, Sendable {
    /// Name and shape.
    package let description: TensorDescription
    /// The elements in row-major order.
    package let values: [Float]

    /// Creates a tensor.
    ///
    /// - Parameters:
    ///   - name: The parameter's name, such as `0.weight`; not `__metadata__`, which safetensors reserves.
    ///   - shape: The dimensions, outermost first; empty for a scalar.
    ///   - values: The elements in row-major order.
    package init(name: String, shape: [Int], values: [Float]) {
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
    package var name: String { description.name }
    /// The dimensions, outermost first; empty for a scalar.
    package var shape: [Int] { description.shape }
}

/// The name and the shape of a tensor, without its values.
package struct TensorDescription: Hashable, Sendable, CustomStringConvertible {
    /// The parameter's name.
    package let name: String
    /// The dimensions, outermost first; empty for a scalar.
    package let shape: [Int]

    /// Describes a tensor.
    package init(name: String, shape: [Int]) {
        self.name = name
        self.shape = shape
    }

    /// Name and shape, as in messages and manifests: `0.weight [32, 3, 3, 3]`.
    package var description: String { "\(name) \(shape)" }
}
