import Kernels
import Tensors
import TestSupport
import Testing

@Suite struct MatrixProductTests {
    /// The last five are large enough to be cut into small products, two of them because they are flat.
    private static let sizes = [
        (1, 1, 1), (2, 3, 4), (17, 5, 33), (64, 64, 32), (3, 129, 7), (130, 70, 140), (65, 129, 150), (40, 33, 800),
        (17, 700, 500), (500, 700, 20),
    ]

    @Test(arguments: sizes, [(false, false), (true, false), (false, true), (true, true)])
    func productEqualsTheSumOfProducts(size: (m: Int, n: Int, k: Int), transposed: (left: Bool, right: Bool)) {
        let (m, n, k) = size
        let left = randomBuffer(count: m * k, index: 1)
        let right = randomBuffer(count: k * n, index: 2)
        let result = randomBuffer(count: m * n, index: 3)
        var expected = result.slice.array
        for i in 0..<m {
            for j in 0..<n {
                for l in 0..<k {
                    let a = left.slice[transposed.left ? l * m + i : i * k + l]
                    let b = right.slice[transposed.right ? j * k + l : l * n + j]
                    expected[i * n + j] += a * b
                }
            }
        }
        let a =
            transposed.left
            ? MatrixView(left.slice, rows: k, columns: m).transposed : MatrixView(left.slice, rows: m, columns: k)
        let b =
            transposed.right
            ? MatrixView(right.slice, rows: n, columns: k).transposed : MatrixView(right.slice, rows: k, columns: n)
        multiply(a, b, into: MatrixView(result.slice, rows: m, columns: n), adding: true)
        expectClose(result.slice.array, expected, absolute: 5e-5)
    }

    @Test func productReplacesWhatWasThereUnlessAdding() {
        let two = AlignedBuffer(count: 1)
        two.slice.fill(2)
        let result = AlignedBuffer(count: 1)
        result.slice.fill(.nan)
        let matrix = MatrixView(two.slice, rows: 1, columns: 1)
        multiply(matrix, matrix, into: MatrixView(result.slice, rows: 1, columns: 1))
        #expect(result.slice[0] == 4)
    }

    private func randomBuffer(count: Int, index: Int) -> AlignedBuffer {
        var stream = RandomStream(seed: 5, purpose: .initialization, index: index)
        let buffer = AlignedBuffer(count: count)
        for i in 0..<count { buffer.slice[i] = 2 * stream.nextUniform() - 1 }
        return buffer
    }
}
