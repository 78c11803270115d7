import Kernels
import Tensors
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct NewtonSchulzTests {
    private func orthogonalized(_ values: [Float], rows: Int, columns: Int, iterations: Int) -> [Float] {
        let shape = NewtonSchulz(rows: rows, columns: columns)
        let (matrix, scratch) = (buffer(values), unsetBuffer(shape.scratchCount))
        return withExtendedLifetime((matrix, scratch)) {
            shape.orthogonalize(matrix.slice, iterations: iterations, scratch: scratch.slice)
            return matrix.array
        }
    }

    /// By hand: diag(3, 4) has norm 5, and an iteration takes 0.6 and 0.8 through 3.4445 x - 4.775 x³ + 2.0315 x⁵.
    @Test func aDiagonalMatrixByHand() {
        let result = orthogonalized([3, 0, 0, 4], rows: 2, columns: 2, iterations: 1)
        expectClose(result, [1.1932694, 0, 0, 0.97648192], absolute: 2e-7)
        #expect(orthogonalized([3, 0, 0, 4], rows: 2, columns: 2, iterations: 0) == [0.6, 0, 0, 0.8])
    }

    @Test(arguments: [("wide", 3, 7), ("tall", 9, 4), ("square", 5, 5)])
    func directionsEqualPyTorchs(name: String, rows: Int, columns: Int) throws {
        let fixture = try GoldenFixture.load("newtonSchulz")
        let result = orthogonalized(fixture[name].values, rows: rows, columns: columns, iterations: 5)
        expectClose(result, fixture["\(name).direction"].values, absolute: 2e-6)
    }

    /// The slow way: singular values one by one through the polynomial, between the same singular vectors.
    @Test(arguments: [(40, 17), (17, 40), (64, 216), (300, 33), (33, 33), (1, 9), (9, 1), (1, 1)])
    func singularValuesFollowThePolynomial(rows: Int, columns: Int) {
        let values = randomValues(rows * columns, index: 3)
        let iterations = 5
        let result = buffer(orthogonalized(values, rows: rows, columns: columns, iterations: iterations))
        let source = buffer(values)
        let (before, after) = withExtendedLifetime((source, result)) {
            (
                SingularValueDecomposition(of: source.slice, rows: rows, columns: columns).values,
                SingularValueDecomposition(of: result.slice, rows: rows, columns: columns).values
            )
        }
        let norm = Elementwise.squaredNorm(of: source.slice).squareRoot()
        let expected = before.map { value in
            (0..<iterations).reduce(Double(value) / norm) { x, _ in
                3.4445 * x - 4.7750 * x * x * x + 2.0315 * x * x * x * x * x
            }
        }
        expectClose(after, expected.map { Float(abs($0)) }.sorted(by: >), absolute: 1e-4)
    }

    /// So filters `[inputs, outputs]` move as PyTorch's `[outputs, inputs]` do.
    @Test func theTransposedMatrixHasTheTransposedDirection() {
        let values = randomValues(12 * 5, index: 4)
        let transposed = (0..<60).map { values[$0 % 12 * 5 + $0 / 12] }
        let first = orthogonalized(values, rows: 12, columns: 5, iterations: 3)
        let second = orthogonalized(transposed, rows: 5, columns: 12, iterations: 3)
        expectClose((0..<60).map { first[$0 % 12 * 5 + $0 / 12] }, second, absolute: 1e-5)
    }

    @Test func sizeDoesNotMatterAndZerosStayZeros() {
        let values = randomValues(24, index: 5)
        let result = orthogonalized(values, rows: 6, columns: 4, iterations: 5)
        for factor in [Float(0x1p-12), 0x1p40] {
            #expect(orthogonalized(values.map { $0 * factor }, rows: 6, columns: 4, iterations: 5) == result)
        }
        #expect(
            orthogonalized(Array(repeating: 0, count: 24), rows: 6, columns: 4, iterations: 5).allSatisfy { $0 == 0 }
        )
    }

    @Test(arguments: [Float.nan, .infinity])
    func whatIsNotFiniteStaysSo(value: Float) {
        var values = randomValues(24, index: 6)
        values[7] = value
        #expect(orthogonalized(values, rows: 6, columns: 4, iterations: 3).contains { !$0.isFinite })
    }
}
