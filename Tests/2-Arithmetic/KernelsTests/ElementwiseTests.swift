import Kernels
import Tensors
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ElementwiseTests {
    @Test(arguments: oddCounts)
    func reluIsTheLargerOfItsInputAndZero(count: Int) {
        let input = buffer(randomValues(count, index: 1))
        let output = unsetBuffer(count)
        Elementwise.relu(input.slice, into: output.slice)
        #expect(output.array == input.array.map { $0 > 0 ? $0 : 0 })
        Elementwise.relu(input.slice, into: input.slice)
        #expect(input.array == output.array)
    }

    /// The first non-finite layer is searched after the step, so ReLU must not hide it.
    @Test func reluLetsNaNThrough() {
        let values = buffer((0..<37).map { $0 % 3 == 0 ? .nan : -1 })
        Elementwise.relu(values.slice, into: values.slice)
        #expect(values.array.indices.allSatisfy { values.slice[$0].isNaN == ($0 % 3 == 0) })
    }

    @Test(arguments: oddCounts)
    func reluBackwardKeepsGradientsOfPositiveOutputs(count: Int) {
        let gradient = buffer(randomValues(count, index: 1))
        let output = buffer(randomValues(count, index: 2).map { max($0, 0) })
        let inputGradient = unsetBuffer(count)
        let expected = zip(gradient.array, output.array).map { $1 > 0 ? $0 : 0 }
        Elementwise.reluBackward(gradient.slice, output: output.slice, into: inputGradient.slice)
        #expect(inputGradient.array == expected)
        Elementwise.reluBackward(gradient.slice, output: output.slice, into: gradient.slice)
        #expect(gradient.array == expected)
    }

    @Test(arguments: oddCounts)
    func sumsAndProductsAreThoseOfEachPair(count: Int) {
        let (first, second) = (buffer(randomValues(count, index: 1)), buffer(randomValues(count, index: 2)))
        let products = zip(first.array, second.array).map { $0 * $1 }
        let sums = zip(first.array, second.array).map { $0 + $1 }
        let result = unsetBuffer(count)
        Elementwise.multiply(first.slice, by: second.slice, into: result.slice)
        #expect(result.array == products)
        Elementwise.sum(first.slice, second.slice, into: result.slice)
        #expect(result.array == sums)
        Elementwise.add(first.slice, to: second.slice)
        #expect(second.array == sums)
    }

    @Test(arguments: oddCounts, [1, 3, 8])
    func rowsAreAddedAndSummed(columns: Int, rows: Int) {
        let matrix = randomValues(rows * columns, index: 1)
        let row = randomValues(columns, index: 2)
        let shifted = buffer(matrix)
        let added = buffer(row)
        Elementwise.addRow(added.slice, toRowsOf: shifted.slice)
        #expect(shifted.array == matrix.indices.map { matrix[$0] + row[$0 % columns] })

        let source = buffer(matrix)
        let sums = unsetBuffer(columns)
        Elementwise.sumRows(of: source.slice, into: sums.slice)
        let expected = (0..<columns).map { column in
            Float((0..<rows).reduce(0) { $0 + Double(matrix[$1 * columns + column]) })
        }
        expectClose(sums.array, expected, absolute: 1e-6, relative: 1e-6)
    }

    @Test func sumsOverNoRowsAreZero() {
        let (nothing, sums) = (AlignedBuffer(count: 0), unsetBuffer(5))
        Elementwise.sumRows(of: nothing.slice, into: sums.slice)
        #expect(sums.array == [0, 0, 0, 0, 0])
    }

    @Test(arguments: oddCounts + [0])
    func squaredNormIsTheSumOfSquares(count: Int) {
        let values = buffer(randomValues(count, index: 1).map { $0 * 1e15 })
        let expected = values.array.reduce(0) { $0 + Double($1) * Double($1) }
        let found = Elementwise.squaredNorm(of: values.slice)
        #expect(abs(found - expected) <= 1e-14 * expected)
    }

    @Test(arguments: oddCounts, [Float.nan, .infinity, -.infinity])
    func aNonFiniteNumberIsFoundAnywhere(count: Int, value: Float) {
        let values = buffer(randomValues(count, index: 1).map { $0 * .greatestFiniteMagnitude })
        #expect(Elementwise.allFinite(values.slice))
        for index in Set([0, count / 2, count - 1]) {
            let old = values.slice[index]
            values.slice[index] = value
            #expect(!Elementwise.allFinite(values.slice), "at \(index)")
            values.slice[index] = old
        }
    }
}
