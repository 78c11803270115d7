package import Tensors

/// Newton–Schulz iterations, which make a matrix nearly orthogonal: its singular vectors stay, its singular values come
/// near 1.
///
/// After division by its Frobenius norm each iteration replaces X by aX + b(XXᵀ)X + c(XXᵀ)²X, with coefficients that
/// make small singular values rise fastest and leave those that have risen between about 0.7 and 1.2 (Jordan, "Muon: An
/// optimizer for hidden layers in neural networks", 2024; PyTorch's `Muon`, which computes it in bfloat16). These are
/// products of the matrix's own shape, so that the bits are the same wherever it is computed.
package struct NewtonSchulz: Sendable, Equatable {
    private static let (a, b, c): (Float, Float, Float) = (3.4445, -4.7750, 2.0315)
    /// The smallest norm to divide by, so that zeros stay zeros.
    private static let epsilon = 1e-7

    /// Rows of the matrix.
    package let rows: Int
    /// Columns of the matrix.
    package let columns: Int

    /// Iterations for matrices of a shape.
    package init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
    }

    /// Floats of a matrix.
    package var count: Int { rows * columns }

    /// Floats of scratch memory.
    package var scratchCount: Int { 2 * AlignedBuffer.aligned(side * side) + count }

    /// Operations of an iteration; a multiplication with its addition is two.
    package var iterationFLOPs: Int { 2 * side * (2 * count + side * side) }

    /// Rows and columns of the products XXᵀ or, if that is smaller, XᵀX.
    private var side: Int { min(rows, columns) }

    /// Makes a matrix nearly orthogonal.
    ///
    /// - Parameters:
    ///   - matrix: `[rows, columns]`, changed.
    ///   - iterations: How many.
    ///   - scratch: At least `scratchCount` floats.
    package func orthogonalize(_ matrix: TensorSlice, iterations: Int, scratch: TensorSlice) {
        precondition(
            matrix.count == count && scratch.count >= scratchCount,
            "orthogonalize: \(matrix.count) floats and \(scratch.count) of scratch found, \(rows) × \(columns) and "
                + "\(scratchCount) needed"
        )
        let norm = Float(max(Elementwise.squaredNorm(of: matrix).squareRoot(), Self.epsilon))
        for index in 0..<count { matrix.base[index] /= norm }
        let square = AlignedBuffer.aligned(side * side)
        let gram = MatrixView(scratch.prefix(side * side), rows: side, columns: side)
        let factor = MatrixView(scratch[square..<square + side * side], rows: side, columns: side)
        let next = scratch[2 * square..<2 * square + count]
        let (old, new) = (view(of: matrix), view(of: next))
        for _ in 0..<iterations {
            if rows < columns {
                multiply(old, old.transposed, into: gram)
                writeFactor(of: gram, into: factor)
                multiply(factor, old, into: new)
            } else {
                multiply(old.transposed, old, into: gram)
                writeFactor(of: gram, into: factor)
                multiply(old, factor, into: new)
            }
            matrix.copy(from: next)
        }
    }

    private func view(of matrix: TensorSlice) -> MatrixView { MatrixView(matrix, rows: rows, columns: columns) }

    /// a + bG + cG², by which an iteration multiplies X.
    private func writeFactor(of gram: MatrixView, into factor: MatrixView) {
        multiply(gram, gram, into: factor)
        let (gram, factor) = (gram.elements.base, factor.elements.base)
        for index in 0..<side * side { factor[index] = Self.b * gram[index] + Self.c * factor[index] }
        for index in 0..<side { factor[index * side + index] += Self.a }
    }
}
