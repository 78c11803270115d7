import Kernels
import Tensors
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct MatrixProductTests {
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
        let start = randomBuffer(count: m * n, index: 3).array
        var expected = [Float](repeating: 0, count: m * n)
        for i in 0..<m {
            for j in 0..<n {
                for l in 0..<k {
                    let a = left.slice[transposed.left ? l * m + i : i * k + l]
                    let b = right.slice[transposed.right ? j * k + l : l * n + j]
                    expected[i * n + j] += a * b
                }
            }
        }
        let a = view(left.slice, rows: m, columns: k, transposed: transposed.left)
        let b = view(right.slice, rows: k, columns: n, transposed: transposed.right)
        let inParts = { multiplyInParts($0, $1, into: $2, adding: $3, tile: (64, 64, 128)) }
        for product in [multiply, inParts] {
            for isAdded in [false, true] {
                let result = AlignedBuffer(count: m * n)
                result.slice.copy(from: isAdded ? start : start.map { _ in .nan })
                product(a, b, MatrixView(result.slice, rows: m, columns: n), isAdded)
                let whole = isAdded ? zip(start, expected).map { $0 + $1 } : expected
                expectClose(result.slice.array, whole, absolute: 5e-5)
            }
        }
    }

    private func view(_ elements: TensorSlice, rows: Int, columns: Int, transposed: Bool) -> MatrixView {
        transposed
            ? MatrixView(elements, rows: columns, columns: rows).transposed
            : MatrixView(elements, rows: rows, columns: columns)
    }

    private func randomBuffer(count: Int, index: Int) -> AlignedBuffer {
        var stream = RandomStream(seed: 5, purpose: .initialization, index: index)
        let buffer = AlignedBuffer(count: count)
        for i in 0..<count { buffer.slice[i] = 2 * stream.nextUniform() - 1 }
        return buffer
    }
}
