import COpenBLAS
import CVectorKernels
package import Tensors

/// A row-major matrix in a slice, optionally transposed.
package struct MatrixView {
    let elements: TensorSlice
    let rowStride: Int
    let isTransposed: Bool

    /// Rows of the matrix, after transposition.
    package let rows: Int
    /// Columns of the matrix, after transposition.
    package let columns: Int

    /// A view of contiguous rows.
    ///
    /// - Parameters:
    ///   - elements: `[rows, columns]`.
    ///   - rows: Number of rows.
    ///   - columns: Number of columns.
    package init(_ elements: TensorSlice, rows: Int, columns: Int) {
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
    package var transposed: MatrixView {
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
/// A transposed right operand is slower than the other three forms by half for small products, so a caller that repeats
/// such a product keeps a transposed copy.
///
/// - Parameters:
///   - left: `[M, K]`.
///   - right: `[K, N]`.
///   - result: `[M, N]`, not transposed; overlaps neither operand.
///   - isAdded: Whether the product is added to `result` instead of replacing it.
package func multiply(_ left: MatrixView, _ right: MatrixView, into result: MatrixView, adding isAdded: Bool = false) {
    precondition(
        left.columns == right.rows && result.rows == left.rows && result.columns == right.columns,
        """
        multiply: [\(left.rows), \(left.columns)] · [\(right.rows), \(right.columns)] into \
        [\(result.rows), \(result.columns)] found, [M, K] · [K, N] into [M, N] needed
        """
    )
    precondition(!result.isTransposed, "multiply: a transposed result found, a plain one needed")
    guard let tile = SmallProducts.tile(rows: left.rows, columns: right.columns, depth: left.columns) else {
        multiplyWhole(left, right, into: result, adding: isAdded)
        return
    }
    multiplyInParts(left, right, into: result, adding: isAdded, tile: tile)
}

/// The most rows, columns and depth of a piece of a product.
package typealias ProductTile = (rows: Int, columns: Int, depth: Int)

/// The product as a sum of products that OpenBLAS computes as small ones; the arguments are those of `multiply`.
package func multiplyInParts(
    _ left: MatrixView,
    _ right: MatrixView,
    into result: MatrixView,
    adding isAdded: Bool,
    tile: ProductTile
) {
    for columns in SmallProducts.parts(of: right.columns, atMost: tile.columns) {
        // Rows in the inner loop: a piece of the right operand stays in cache for all of them.
        for depth in SmallProducts.parts(of: left.columns, atMost: tile.depth) {
            for rows in SmallProducts.parts(of: left.rows, atMost: tile.rows) {
                multiplyWhole(
                    left.part(rows, depth),
                    right.part(depth, columns),
                    into: result.part(rows, columns),
                    adding: isAdded || depth.lowerBound > 0
                )
            }
        }
    }
}

/// Copies a matrix with rows and columns exchanged.
///
/// - Parameters:
///   - matrix: `[M, N]`, not transposed.
///   - result: `[N, M]`, not transposed; does not overlap `matrix`.
package func transpose(_ matrix: MatrixView, into result: MatrixView) {
    precondition(
        result.rows == matrix.columns && result.columns == matrix.rows,
        "transpose: [\(matrix.rows), \(matrix.columns)] into [\(result.rows), \(result.columns)] found"
    )
    precondition(!matrix.isTransposed && !result.isTransposed, "transpose: a transposed view found")
    VectorInstructions.inUse.kernels.transpose(
        matrix.rows,
        matrix.columns,
        matrix.start,
        matrix.rowStride,
        result.start,
        result.rowStride
    )
}

private func multiplyWhole(
    _ left: MatrixView,
    _ right: MatrixView,
    into result: MatrixView,
    adding isAdded: Bool
) {
    cblas_sgemm(
        CblasRowMajor,
        left.transposition,
        right.transposition,
        blasint(left.rows),
        blasint(right.columns),
        blasint(left.columns),
        1,
        left.start,
        blasint(left.rowStride),
        right.start,
        blasint(right.rowStride),
        isAdded ? 1 : 0,
        result.start,
        blasint(result.rowStride)
    )
}

/// Decides when to cut a product into small ones.
///
/// OpenBLAS's kernel sets for AVX-512 compute a product of at most a million multiplications in place and at full
/// speed, but copy the operands of a larger one first. That costs a quarter of the speed and pays only if all three
/// matrices are large: if they don't fit into the second-level cache, and each element is used often. Measured on
/// Sapphire Rapids, one thread, in one piece and in small ones: 64x128x128 150 and 224 GFLOP/s, 448x64x288 187 and 242;
/// a dense layer's forward pass, 16x512x3072 78 and 149, 64x512x3072 154 and 199, and its weight gradient, 3072x512x16
/// 104 and 157, 3072x512x64 176 and 200.
private enum SmallProducts {
    private static let limit = 1_000_000
    /// Floats of the three matrices together that easily fit into the cache.
    private static let cacheLimit = 5 << 16
    /// An element that is used at most this often is used rarely.
    private static let fewUses = 64
    private static let areFast = BLASKernels(named: BLAS.kernelName).map { $0 >= .avx512 } ?? false

    /// The largest rows, columns and depth of a piece; nil if the product should not be cut.
    static func tile(rows: Int, columns: Int, depth: Int) -> ProductTile? {
        guard areFast, rows * columns * depth > limit else { return nil }
        if rows * depth + depth * columns + rows * columns <= cacheLimit { return (64, 64, 128) }
        guard min(rows, depth) <= fewUses else { return nil }
        // Long rows, so that the large matrix is read or written in the order of memory.
        let width = min(columns, depth > 32 && depth <= fewUses ? 256 : 512)
        return depth <= fewUses
            ? (wholeVectors(limit / (width * depth)), width, depth)
            : (16, width, wholeVectors(limit / (width * 16)))
    }

    private static func wholeVectors(_ count: Int) -> Int { max(count / 16, 1) * 16 }

    /// Cuts `count` into equal parts of whole vectors, except for the last part.
    static func parts(of count: Int, atMost limit: Int) -> Chunks {
        let partCount = (count + limit - 1) / limit
        let length = ((count + partCount - 1) / partCount + 15) / 16 * 16
        return Chunks(of: length, in: count)
    }
}

extension MatrixView {
    fileprivate var transposition: CBLAS_TRANSPOSE { isTransposed ? CblasTrans : CblasNoTrans }

    fileprivate var start: UnsafeMutablePointer<Float> { elements.base }

    /// The given rows and columns of the matrix, after transposition.
    ///
    /// - Parameters:
    ///   - rows: Rows.
    ///   - columns: Columns.
    /// - Returns: A view of the same floats.
    package func part(_ rows: Range<Int>, _ columns: Range<Int>) -> MatrixView {
        let (row, column) = isTransposed ? (columns.lowerBound, rows.lowerBound) : (rows.lowerBound, columns.lowerBound)
        let offset = row * rowStride + column
        return MatrixView(
            elements: elements[offset..<elements.count],
            rowStride: rowStride,
            isTransposed: isTransposed,
            rows: rows.count,
            columns: columns.count
        )
    }
}
