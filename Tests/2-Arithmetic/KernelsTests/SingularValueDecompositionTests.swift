import Kernels
import Tensors
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct SingularValueDecompositionTests {
    /// By hand: X = [[3, 0], [4, 5]] has XᵀX = [[25, 20], [20, 25]] with eigenvalues 45 and 5 along (1, 1) and (1, -1).
    @Test func twoByTwoByHand() {
        let matrix = buffer([3, 0, 4, 5])
        let parts = withExtendedLifetime(matrix) {
            SingularValueDecomposition(of: matrix.slice, rows: 2, columns: 2)
        }
        expectClose(parts.values, [Float(45).squareRoot(), Float(5).squareRoot()], absolute: 1e-5)
        let half = Float(0.5).squareRoot()
        expectClose(parts.directions[0].map(abs), [half, half], absolute: 1e-6)
        #expect(parts.directions[0][0] * parts.directions[0][1] > 0)
        #expect(parts.directions[1][0] * parts.directions[1][1] < 0)
    }

    @Test(arguments: [(1, 1), (1, 7), (7, 1), (40, 17), (17, 40), (33, 33)])
    func directionsAreOrthonormalAndValuesAreTheirLengths(rows: Int, columns: Int) {
        let matrix = buffer(randomValues(rows * columns, index: 1))
        let parts = SingularValueDecomposition(of: matrix.slice, rows: rows, columns: columns)
        #expect(parts.values.count == min(rows, columns) && parts.directions.count == parts.values.count)
        #expect(parts.values == parts.values.sorted(by: >))
        for (first, direction) in parts.directions.enumerated() {
            for (second, other) in parts.directions.enumerated() {
                let product = zip(direction, other).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
                #expect(abs(product - (first == second ? 1 : 0)) < 1e-5)
            }
            let length = (0..<rows).reduce(0.0) { sum, row in
                let part = (0..<columns).reduce(0.0) { $0 + Double(matrix.slice[row * columns + $1] * direction[$1]) }
                return sum + part * part
            }.squareRoot()
            #expect(abs(length - Double(parts.values[first])) < 1e-4)
        }
        // The sum of squares of the matrix equals that of the singular values.
        let total = parts.values.reduce(0.0) { $0 + Double($1) * Double($1) }
        #expect(abs(total - Elementwise.squaredNorm(of: matrix.slice)) < 1e-4 * total)
    }
}
