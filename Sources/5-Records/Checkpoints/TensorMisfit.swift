/// A tensor in which a file of weights and a network differ.
package enum TensorMisfit: Equatable, Sendable, CustomStringConvertible {
    /// The network has it, the file doesn't.
    case missing(TensorDescription)
    /// The file has it, the network doesn't.
    case unexpected(TensorDescription)
    /// Both have it, in different shapes.
    case wrongShape(expected: TensorDescription, found: TensorDescription)

    /// The tensor's name.
    package var name: String {
        switch self {
        case .missing(let tensor), .unexpected(let tensor), .wrongShape(let tensor, _): tensor.name
        }
    }

    /// What is expected and found: `6.weight: [10, 512] expected, [100, 512] found`.
    package var description: String {
        switch self {
        case .missing(let tensor): "\(tensor.name): \(tensor.shape) expected, none found"
        case .unexpected(let tensor): "\(tensor.name): none expected, \(tensor.shape) found"
        case .wrongShape(let expected, let found): "\(expected.name): \(expected.shape) expected, \(found.shape) found"
        }
    }
}

extension LoadedCheckpoint {
    /// The weights that fit the caller's network, and all others.
    ///
    /// - Parameter expected: The network's tensors.
    /// - Returns: For each of `expected` the tensor of its name and shape, nil where there is none; and what doesn't fit,
    ///   in the network's order, then what only the file has.
    package func fitting(_ expected: [TensorDescription]) -> (tensors: [NamedTensor?], misfits: [TensorMisfit]) {
        let found = Dictionary(uniqueKeysWithValues: model.map { ($0.name, $0) })
        let tensors = expected.map { description in
            found[description.name].flatMap { $0.shape == description.shape ? $0 : nil }
        }
        let absent = zip(expected, tensors).compactMap { description, tensor -> TensorMisfit? in
            guard tensor == nil else { return nil }
            return found[description.name].map { .wrongShape(expected: description, found: $0.description) }
                ?? .missing(description)
        }
        let names = Set(expected.map(\.name))
        return (tensors, absent + model.filter { !names.contains($0.name) }.map { .unexpected($0.description) })
    }
}
