/// The arithmetic with which a golden network or training curve was computed.
package enum GoldenPrecision: String, Sendable {
    /// PyTorch's own float32, with its own rounding errors.
    case float32 = ""
    /// The same computation in float64, which float32 results approximate.
    case float64 = ".float64"
}

extension GoldenFixture {
    /// The difference of values from a tensor of a network or curve fixture: |found - expected| / |expected|, in the L2
    /// norm.
    ///
    /// For a large tensor, the fixture contains 256 samples, the norm, and projections on random signs. The result is
    /// then the largest of the error over the samples, the error of the norm, and the root mean square of the
    /// projections' errors divided by the norm, which estimates the error over all elements.
    ///
    /// - Parameters:
    ///   - found: All elements of the tensor, in PyTorch's layout.
    ///   - tensor: The tensor's name, such as `0.weight.gradient` or `losses`.
    ///   - precision: Which of the two computations to compare with.
    /// - Returns: The relative error.
    package func relativeError(
        of found: [Float],
        from tensor: String,
        precision: GoldenPrecision = .float32
    ) -> Double {
        let found = found.map { Double($0) }
        if let whole = tensors[tensor + precision.rawValue] { return relativeDifference(found, whole.doubles) }

        let samples = self[tensor + ".indices"].integers.map { found[$0] }
        let norm = number(tensor + ".norm" + precision.rawValue)
        let projections = self[tensor + ".projections" + precision.rawValue].doubles
        let squares = projections.enumerated().map { index, expected in
            let difference = projection(of: found, named: "\(tensor).projection.\(index)") - expected
            return difference * difference
        }
        return [
            relativeDifference(samples, self[tensor + ".samples" + precision.rawValue].doubles),
            abs(euclideanNorm(found) - norm) / norm,
            (squares.reduce(0, +) / Double(squares.count)).squareRoot() / norm,
        ].reduce(0) { !($1 <= $0) ? $1 : $0 }  // unlike max(), keeps NaN
    }
}

private func projection(of values: [Double], named name: String) -> Double {
    var words = GoldenFormula.words(name)
    return values.reduce(0) { $0 + (words.next() >> 63 == 0 ? $1 : -$1) }
}

private func relativeDifference(_ found: [Double], _ expected: [Double]) -> Double {
    precondition(found.count == expected.count, "\(found.count) values found, \(expected.count) expected")
    return euclideanNorm(zip(found, expected).map { $0 - $1 }) / euclideanNorm(expected)
}

private func euclideanNorm(_ values: [Double]) -> Double {
    values.reduce(0) { $0 + $1 * $1 }.squareRoot()
}
