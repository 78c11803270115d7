import COpenBLAS
package import Tensors

/// The singular value decomposition of a matrix X `[M, N]`, `X = U · diag(values) · directions`, by LAPACK's divide and
/// conquer (Gu and Eisenstat, 1995), on the calling thread.
package struct SingularValueDecomposition {
    /// The singular values, the largest first; as many as the smaller side of the matrix.
    package let values: [Float]
    /// The right singular vectors, `values.count` rows of N floats: unit vectors, orthogonal to each other.
    package let directions: [[Float]]

    /// Decomposes a matrix.
    ///
    /// - Parameters:
    ///   - matrix: `[rows, columns]`, finite; not changed.
    ///   - rows: M, at least 1.
    ///   - columns: N, at least 1.
    package init(of matrix: TensorSlice, rows: Int, columns: Int) {
        precondition(
            rows >= 1 && columns >= 1 && matrix.count >= rows * columns,
            "SingularValueDecomposition: \(matrix.count) floats found, \(rows) x \(columns) needed"
        )
        precondition(Elementwise.allFinite(matrix), "SingularValueDecomposition: finite numbers needed")
        // Row-major X is column-major Xᵀ, whose left singular vectors are the right ones of X.
        let rank = min(rows, columns)
        var (m, n, k, lda, ldu) = (Int32(columns), Int32(rows), Int32(rank), Int32(columns), Int32(columns))
        var transposed = matrix.prefix(rows * columns).array
        var values = [Float](repeating: 0, count: rank)
        var left = [Float](repeating: 0, count: columns * rank)
        var right = [Float](repeating: 0, count: rank * rows)
        var integers = [Int32](repeating: 0, count: 8 * rank)
        var status: Int32 = 0
        func decompose(_ work: inout [Float], count: Int) {
            var size = Int32(count)
            sgesdd_(
                "S",
                &m,
                &n,
                &transposed,
                &lda,
                &values,
                &left,
                &ldu,
                &right,
                &k,
                &work,
                &size,
                &integers,
                &status,
                1
            )
        }
        // With a size of -1, LAPACK computes how much memory it needs.
        var size: [Float] = [0]
        decompose(&size, count: -1)
        var work = [Float](repeating: 0, count: Int(size[0].nextUp.rounded(.up)))
        decompose(&work, count: work.count)
        precondition(status == 0, "SingularValueDecomposition: sgesdd ended with \(status), 0 needed")
        self.values = values
        directions = (0..<rank).map { Array(left[$0 * columns..<($0 + 1) * columns]) }
    }
}
