public import Tensors

/// Sums and activations that visit each float once.
public enum Elementwise {
    /// Sets every negative float to zero: ReLU, in place or from one slice to another.
    ///
    /// - Parameters:
    ///   - input: Any number of floats.
    ///   - output: As many; may be the same slice.
    public static func relu(_ input: TensorSlice, into output: TensorSlice) {
        requireEqualCounts("relu", input, output)
        let (x, y) = (input.base, output.base)
        for i in 0..<input.count { y[i] = max(x[i], 0) }
    }

    /// Lets a gradient through where ReLU's output was positive, and sets it to zero elsewhere.
    ///
    /// - Parameters:
    ///   - gradient: The gradient with respect to the output.
    ///   - output: What `relu` wrote.
    ///   - inputGradient: The gradient with respect to the input, overwritten; may be `gradient` itself.
    public static func reluBackward(_ gradient: TensorSlice, output: TensorSlice, into inputGradient: TensorSlice) {
        requireEqualCounts("reluBackward", gradient, output)
        requireEqualCounts("reluBackward", gradient, inputGradient)
        let (g, y, target) = (gradient.base, output.base, inputGradient.base)
        for i in 0..<gradient.count { target[i] = y[i] > 0 ? g[i] : 0 }
    }

    /// Multiplies two slices, float by float.
    ///
    /// - Parameters:
    ///   - first: Any number of floats.
    ///   - second: As many.
    ///   - product: As many, overwritten; may be one of the two.
    public static func multiply(_ first: TensorSlice, by second: TensorSlice, into product: TensorSlice) {
        requireEqualCounts("multiply", first, second)
        requireEqualCounts("multiply", first, product)
        let (a, b, p) = (first.base, second.base, product.base)
        for i in 0..<first.count { p[i] = a[i] * b[i] }
    }

    /// Adds two slices, float by float.
    ///
    /// - Parameters:
    ///   - first: Any number of floats.
    ///   - second: As many.
    ///   - sum: As many, overwritten; may be one of the two.
    public static func sum(_ first: TensorSlice, _ second: TensorSlice, into sum: TensorSlice) {
        requireEqualCounts("sum", first, second)
        requireEqualCounts("sum", first, sum)
        let (a, b, s) = (first.base, second.base, sum.base)
        for i in 0..<first.count { s[i] = a[i] + b[i] }
    }

    /// Adds `addend` to `sum`, float by float.
    ///
    /// - Parameters:
    ///   - addend: Any number of floats.
    ///   - sum: As many; receives the sum.
    public static func add(_ addend: TensorSlice, to sum: TensorSlice) {
        self.sum(sum, addend, into: sum)
    }

    /// Adds the same row to every row of a matrix.
    ///
    /// - Parameters:
    ///   - row: `[F]`.
    ///   - matrix: `[N, F]`, changed in place.
    public static func addRow(_ row: TensorSlice, toRowsOf matrix: TensorSlice) {
        precondition(matrix.count % row.count == 0, "addRow: \(matrix.count) floats found, rows of \(row.count) needed")
        let bias = row.base
        for start in stride(from: 0, to: matrix.count, by: row.count) {
            let y = matrix.base + start
            for i in 0..<row.count { y[i] += bias[i] }
        }
    }

    /// Sums a matrix over its rows.
    ///
    /// - Parameters:
    ///   - matrix: `[N, F]`.
    ///   - sums: `[F]`, overwritten.
    public static func sumRows(of matrix: TensorSlice, into sums: TensorSlice) {
        precondition(
            matrix.count % sums.count == 0,
            "sumRows: \(matrix.count) floats found, rows of \(sums.count) needed"
        )
        sums.fill(0)
        for start in stride(from: 0, to: matrix.count, by: sums.count) {
            let x = matrix.base + start
            for i in 0..<sums.count { sums.base[i] += x[i] }
        }
    }

    /// The sum of squares, in double precision.
    ///
    /// - Parameter values: Any number of floats.
    /// - Returns: Their squared Euclidean norm.
    public static func squaredNorm(of values: TensorSlice) -> Double {
        var lanes = SIMD8<Double>()
        let whole = values.count / 8 * 8
        for start in stride(from: 0, to: whole, by: 8) {
            let x = SIMD8<Double>(UnsafeRawPointer(values.base + start).loadUnaligned(as: SIMD8<Float>.self))
            lanes += x * x
        }
        var sum = lanes.sum()
        for i in whole..<values.count { sum += Double(values.base[i]) * Double(values.base[i]) }
        return sum
    }

    /// Tells whether every float is finite.
    ///
    /// - Parameter values: Any number of floats.
    /// - Returns: False when one is infinite or not a number.
    public static func allFinite(_ values: TensorSlice) -> Bool {
        // x · 0 is 0 for every finite x and not a number otherwise, and a sum keeps that.
        var lanes = SIMD8<Float>()
        let whole = values.count / 8 * 8
        for start in stride(from: 0, to: whole, by: 8) {
            lanes += UnsafeRawPointer(values.base + start).loadUnaligned(as: SIMD8<Float>.self) * 0
        }
        for i in whole..<values.count { lanes[0] += values.base[i] * 0 }
        return lanes.sum() == 0
    }

    static func requireEqualCounts(_ name: StaticString, _ first: TensorSlice, _ second: TensorSlice) {
        precondition(
            first.count == second.count,
            "\(name): \(first.count) and \(second.count) floats found, equal needed"
        )
    }
}
