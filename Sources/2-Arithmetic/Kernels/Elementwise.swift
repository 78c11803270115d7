import CVectorKernels
package import Tensors

/// Sums and activations that read each float once.
package enum Elementwise {
    /// Sets every negative float to zero: ReLU, in place or from one slice to another.
    ///
    /// - Parameters:
    ///   - input: Any number of floats.
    ///   - output: The same number; may be the same slice.
    package static func relu(_ input: TensorSlice, into output: TensorSlice) {
        requireEqualCounts("relu", input, output)
        kernels.relu(input.count, input.base, output.base)
    }

    /// Passes a gradient where ReLU's output was positive, and sets it to zero elsewhere.
    ///
    /// - Parameters:
    ///   - gradient: The gradient with respect to the output.
    ///   - output: As written by `relu`.
    ///   - inputGradient: The gradient with respect to the input, overwritten; may be `gradient` itself.
    package static func reluBackward(_ gradient: TensorSlice, output: TensorSlice, into inputGradient: TensorSlice) {
        requireEqualCounts("reluBackward", gradient, output)
        requireEqualCounts("reluBackward", gradient, inputGradient)
        kernels.maskGradient(gradient.count, output.base, gradient.base, inputGradient.base)
    }

    /// Multiplies two slices, float by float.
    ///
    /// - Parameters:
    ///   - first: Any number of floats.
    ///   - second: The same number.
    ///   - product: The same number, overwritten; may be one of the two.
    package static func multiply(_ first: TensorSlice, by second: TensorSlice, into product: TensorSlice) {
        requireEqualCounts("multiply", first, second)
        requireEqualCounts("multiply", first, product)
        kernels.multiply(first.count, first.base, second.base, product.base)
    }

    /// Multiplies each float by the same factor.
    ///
    /// - Parameters:
    ///   - values: Any number of floats.
    ///   - factor: The factor.
    ///   - product: As many, overwritten; may be the same slice.
    package static func multiply(_ values: TensorSlice, by factor: Float, into product: TensorSlice) {
        requireEqualCounts("multiply", values, product)
        kernels.scale(values.count, factor, values.base, product.base)
    }

    /// A weighted mean, float by float: `share · first + (1 - share) · second`.
    ///
    /// - Parameters:
    ///   - first: Any number of floats.
    ///   - second: The same number.
    ///   - share: The weight of the first.
    ///   - result: The same number, overwritten; may be one of the two.
    package static func interpolate(
        _ first: TensorSlice,
        _ second: TensorSlice,
        share: Float,
        into result: TensorSlice
    ) {
        requireEqualCounts("interpolate", first, second)
        requireEqualCounts("interpolate", first, result)
        kernels.interpolate(first.count, share, first.base, second.base, result.base)
    }

    /// Adds two slices, float by float.
    ///
    /// - Parameters:
    ///   - first: Any number of floats.
    ///   - second: The same number.
    ///   - sum: The same number, overwritten; may be one of the two.
    package static func sum(_ first: TensorSlice, _ second: TensorSlice, into sum: TensorSlice) {
        requireEqualCounts("sum", first, second)
        requireEqualCounts("sum", first, sum)
        kernels.add(first.count, first.base, second.base, sum.base)
    }

    /// Adds `addend` to `sum`, float by float.
    ///
    /// - Parameters:
    ///   - addend: Any number of floats.
    ///   - sum: The same number; receives the sum.
    package static func add(_ addend: TensorSlice, to sum: TensorSlice) {
        self.sum(sum, addend, into: sum)
    }

    /// Adds the same row to every row of a matrix.
    ///
    /// - Parameters:
    ///   - row: `[F]`.
    ///   - matrix: `[N, F]`, changed in place.
    package static func addRow(_ row: TensorSlice, toRowsOf matrix: TensorSlice) {
        precondition(matrix.count % row.count == 0, "addRow: \(matrix.count) floats found, rows of \(row.count) needed")
        kernels.addBias(matrix.count / row.count, row.count, row.base, false, matrix.base)
    }

    /// Sums a matrix over its rows.
    ///
    /// - Parameters:
    ///   - matrix: `[N, F]`.
    ///   - sums: `[F]`, overwritten.
    package static func sumRows(of matrix: TensorSlice, into sums: TensorSlice) {
        precondition(
            matrix.count % sums.count == 0,
            "sumRows: \(matrix.count) floats found, rows of \(sums.count) needed"
        )
        sums.fill(0)
        kernels.addRows(matrix.count / sums.count, sums.count, matrix.base, sums.base)
    }

    /// The sum of squares, in double precision.
    ///
    /// - Parameter values: Any number of floats.
    /// - Returns: Their squared Euclidean norm.
    package static func squaredNorm(of values: TensorSlice) -> Double {
        kernels.squaredNorm(values.count, values.base)
    }

    /// Whether every float is finite.
    ///
    /// - Parameter values: Any number of floats.
    /// - Returns: False if one is infinite or NaN.
    package static func allFinite(_ values: TensorSlice) -> Bool {
        kernels.allFinite(values.count, values.base)
    }

    private static var kernels: VectorKernels { VectorInstructions.inUse.kernels }

    static func requireEqualCounts(_ name: StaticString, _ first: TensorSlice, _ second: TensorSlice) {
        precondition(
            first.count == second.count,
            "\(name): \(first.count) and \(second.count) floats found, equal needed"
        )
    }
}
