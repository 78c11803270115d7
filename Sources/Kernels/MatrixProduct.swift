import COpenBLAS
public import Tensors

/// A row-major matrix over a slice, perhaps seen transposed.
public struct MatrixView {
    let elements: TensorSlice
    let rowStride: Int
    let isTransposed: Bool

    /// Rows as the product sees them, after any transposition.
    public let rows: Int
    /// Columns as the product sees them, after any transposition.
    public let columns: Int

    /// A view of rows that follow each other without gaps.
    ///
    /// - Parameters:
    ///   - elements: `[rows, columns]`.
    ///   - rows: Number of rows.
    ///   - columns: Number of columns.
    public init(_ elements: TensorSlice, rows: Int, columns: Int) {
        precondition(
            elements.count >= rows * columns,
            "MatrixView: \(elements.count) floats found, \(rows) x \(columns) needed"
        )
        self.init(elements: elements, rowStride: columns, isTransposed: false, rows: rows, columns: columns)
    }

    private init(elements: TensorSlice, rowStride: Int, isTransposed: Bool, rows: Int, columns: Int) {
        self.elements = elements
        self.rowStride = rowStride
        self.isTransposed = isTransposed
        self.rows = rows
        self.columns = columns
    }

    /// The same floats with rows and columns exchanged; nothing is copied.
    public var transposed: MatrixView {
        MatrixView(
            elements: elements,
            rowStride: rowStride,
            isTransposed: !isTransposed,
            rows: columns,
            columns: rows
        )
    }
}

/// Writes the product of two matrices, in OpenBLAS on the calling thread.
///
/// Of the four forms, plain · plain and transposed · plain run at full speed whatever the size; small products with
/// the right operand transposed take about half as long again, so a caller that repeats one keeps a transposed copy.
///
/// - Parameters:
///   - left: `[M, K]`.
///   - right: `[K, N]`.
///   - result: `[M, N]`, not transposed; overlaps neither operand.
///   - isAdded: Whether the product is added to what `result` holds, rather than replacing it.
public func multiply(_ left: MatrixView, _ right: MatrixView, into result: MatrixView, adding isAdded: Bool = false) {
    precondition(
        left.columns == right.rows && result.rows == left.rows && result.columns == right.columns,
        """
        multiply: [\(left.rows), \(left.columns)] · [\(right.rows), \(right.columns)] into \
        [\(result.rows), \(result.columns)] found, [M, K] · [K, N] into [M, N] needed
        """
    )
    precondition(!result.isTransposed, "multiply: a transposed result found, a plain one needed")
    cblas_sgemm(
        CblasRowMajor,
        left.transposition,
        right.transposition,
        blasint(left.rows),
        blasint(right.columns),
        blasint(left.columns),
        1,
        left.elements.base,
        blasint(left.rowStride),
        right.elements.base,
        blasint(right.rowStride),
        isAdded ? 1 : 0,
        result.elements.base,
        blasint(result.rowStride)
    )
}

extension MatrixView {
    fileprivate var transposition: CBLAS_TRANSPOSE { isTransposed ? CblasTrans : CblasNoTrans }
}
