import Checkpoints

/// The difference of two checkpoints' weights.
package struct CheckpointDifference: Equatable, Sendable {
    /// A tensor that differs.
    package struct Tensor: Equatable, Sendable {
        /// Its name.
        package let name: String
        /// The number of different values.
        package let differingCount: Int
        /// The number of values.
        package let count: Int
        /// The largest distance between two values, in units in the last place.
        package let maximumULPs: Int
    }

    /// The SHA-256 of each checkpoint's weights.
    package let digests: [String]
    /// The tensors that differ, by name.
    package let tensors: [String: Tensor]

    /// Compares two checkpoints of one network.
    ///
    /// - Parameters:
    ///   - first: The path of a checkpoint or of a folder of checkpoints.
    ///   - second: The path of another.
    /// - Throws: `CheckpointError`.
    package init(_ first: String, _ second: String) throws {
        let pair = try [first, second].map { path throws(CheckpointError) in try CheckpointStore.load(path) }
        let others = try pair[1].requireModel(matching: pair[0].model.map(\.description))
        digests = pair.map(\.weightsSHA256)
        let differing = zip(pair[0].model, others).filter { $0.values.map(\.bitPattern) != $1.values.map(\.bitPattern) }
        tensors = Dictionary(uniqueKeysWithValues: differing.map { ($0.name, Self.compare($0, $1)) })
    }

    private static func compare(_ first: NamedTensor, _ second: NamedTensor) -> Tensor {
        let distances = zip(first.values, second.values).map { ulpDistance($0, $1) }
        return Tensor(
            name: first.name,
            differingCount: distances.count { $0 > 0 },
            count: distances.count,
            maximumULPs: distances.max() ?? 0
        )
    }
}

/// The number of floats between two floats, including the second one.
///
/// - Parameters:
///   - first: A float.
///   - second: Another.
/// - Returns: 0 for the same bits; the two zeros are neighbours.
package func ulpDistance(_ first: Float, _ second: Float) -> Int {
    // Positions in the order of the numbers: negative ones below -0, which is below +0.
    func position(_ value: Float) -> Int {
        let magnitude = Int(value.bitPattern & 0x7fff_ffff)
        return value.sign == .minus ? -1 - magnitude : magnitude
    }
    return abs(position(first) - position(second))
}
