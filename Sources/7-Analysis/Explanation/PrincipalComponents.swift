import Kernels
package import Tensors

/// The directions along which many images' numbers vary most (Pearson, 1901).
package struct PrincipalComponents: Sendable {
    /// Unit vectors, the one of the largest variance first; the number of largest magnitude in each is positive.
    package let directions: [[Float]]
    /// The share of the whole variance along each.
    package let varianceShares: [Float]
    private let means: [Float]

    /// Finds the directions.
    ///
    /// - Parameters:
    ///   - features: The images.
    ///   - count: How many directions; fewer are found where nothing varies any more, and none where a number isn't finite.
    package init(of features: FeatureMatrix, count: Int) {
        means = features.columnMeans
        let centered = features.transformed(means: means, scales: Array(repeating: 1, count: features.columns))
        guard Elementwise.allFinite(centered.values) else {
            (directions, varianceShares) = ([], [])
            return
        }
        let parts = SingularValueDecomposition(of: centered.values, rows: features.rows, columns: features.columns)
        let variances = parts.values.map { Double($0) * Double($0) }
        let total = variances.reduce(0, +)
        let found = variances.prefix(count).prefix { $0 > total * 1e-10 }
        varianceShares = found.map { Float($0 / total) }
        directions = parts.directions.prefix(found.count).map { direction in
            let largest = direction.max { abs($0) < abs($1) } ?? 0
            return largest < 0 ? direction.map { -$0 } : direction
        }
    }

    /// Coordinates along the directions.
    ///
    /// - Parameter numbers: An image's numbers.
    /// - Returns: A coordinate for each direction.
    package func project(_ numbers: TensorSlice) -> [Float] {
        directions.map { direction in
            direction.indices.reduce(Float(0)) { $0 + (numbers[$1] - means[$1]) * direction[$1] }
        }
    }
}
