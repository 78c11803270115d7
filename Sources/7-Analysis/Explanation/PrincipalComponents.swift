import Kernels
package import Tensors

/// The directions along which many images' numbers vary most (Pearson, 1901), by power iteration with deflation.
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
    ///   - count: How many directions; fewer are found where nothing varies any more.
    ///   - iterationLimit: The most iterations for each; directions of nearly equal variance need many.
    package init(of features: FeatureMatrix, count: Int, iterationLimit: Int = 1000) {
        means = features.columnMeans
        let centered = features.transformed(means: means, scales: Array(repeating: 1, count: features.columns))
        let total = Elementwise.squaredNorm(of: centered.values)
        var directions: [[Float]] = []
        var shares: [Float] = []
        var iteration = PowerIteration(matrix: centered)
        while directions.count < min(count, features.columns),
            let (direction, variance) = iteration.next(orthogonalTo: directions, limit: iterationLimit),
            variance > total * 1e-10
        {
            directions.append(direction)
            shares.append(Float(variance / total))
        }
        self.directions = directions
        varianceShares = shares
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

/// v ← Xᵀ·X·v, normalized, until v stays.
private struct PowerIteration {
    private let matrix: FeatureMatrix
    private let vector: AlignedBuffer
    private let image: AlignedBuffer

    init(matrix: FeatureMatrix) {
        self.matrix = matrix
        vector = AlignedBuffer(count: matrix.columns)
        image = AlignedBuffer(count: matrix.rows)
    }

    /// The next direction and the sum of squares along it; nil where nothing varies any more.
    mutating func next(orthogonalTo found: [[Float]], limit: Int) -> (direction: [Float], sumOfSquares: Double)? {
        var random = RandomStream(seed: 0, purpose: .explanation, index: found.count, lane: 1)
        var direction = (0..<matrix.columns).map { _ in random.nextNormal() }
        guard Self.normalize(&direction, orthogonalTo: found) > 0 else { return nil }
        var sumOfSquares = 0.0
        for _ in 0..<limit {
            let previous = direction
            direction = applied(to: direction)
            sumOfSquares = Self.normalize(&direction, orthogonalTo: found)
            guard sumOfSquares > 0 else { return nil }
            if zip(direction, previous).allSatisfy({ abs($0 - $1) < 1e-6 }) { break }
        }
        let largest = direction.max { abs($0) < abs($1) } ?? 0
        return (largest < 0 ? direction.map { -$0 } : direction, sumOfSquares)
    }

    private func applied(to direction: [Float]) -> [Float] {
        vector.slice.copy(from: direction)
        let rows = MatrixView(matrix.values, rows: matrix.rows, columns: matrix.columns)
        let (column, product) = (
            MatrixView(vector.slice, rows: matrix.columns, columns: 1),
            MatrixView(image.slice, rows: matrix.rows, columns: 1)
        )
        multiply(rows, column, into: product)
        multiply(rows.transposed, product, into: column)
        return vector.slice.array
    }

    /// Takes out what lies along `found` and gives the length of the rest.
    private static func normalize(_ vector: inout [Float], orthogonalTo found: [[Float]]) -> Double {
        for other in found {
            let share = zip(vector, other).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            for i in vector.indices { vector[i] -= Float(share) * other[i] }
        }
        let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        guard length > 0 else { return 0 }
        for i in vector.indices { vector[i] = Float(Double(vector[i]) / length) }
        return length
    }
}
