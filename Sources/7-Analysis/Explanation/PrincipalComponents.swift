import Kernels
package import Tensors

/// The directions of largest variance of many images' features (Pearson, 1901).
package struct PrincipalComponents: Sendable {
    /// Unit vectors in the order of decreasing variance; the element of largest magnitude in each is positive.
    package let directions: [[Float]]
    /// The fraction of the total variance along each direction.
    package let varianceShares: [Float]
    private let means: [Float]

    /// Computes the directions.
    ///
    /// - Parameters:
    ///   - features: The images.
    ///   - count: The number of directions; fewer are found if the variance is used up, and none if a value isn't
    ///     finite.
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
    /// - Parameter numbers: An image's features.
    /// - Returns: One coordinate for each direction.
    package func project(_ numbers: TensorSlice) -> [Float] {
        directions.map { direction in
            direction.indices.reduce(Float(0)) { $0 + (numbers[$1] - means[$1]) * direction[$1] }
        }
    }
}
