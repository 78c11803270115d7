import Collectives
import Kernels
import Tensors
import Training

/// The rate of OpenBLAS' matrix products when every thread of every rank computes them.
///
/// With all cores busy, it is lower than the number of cores times the rate of a single one.
struct MatrixProductRate {
    /// Rows, columns and depth: large products, and products as in layers.
    static let shapes = [(1024, 1024, 1024), (256, 256, 256), (256, 64, 288), (64, 128, 128)]

    /// GFLOP/s of all ranks together, for each shape.
    private(set) var gigaFLOPsByShape: [Double]

    /// The highest rate.
    var gigaFLOPs: Double { gigaFLOPsByShape.max() ?? 0 }

    /// Measures the rates.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - threadCount: Threads of this rank.
    ///   - seconds: How long to compute each shape.
    ///   - communicator: The ranks.
    /// - Throws: `CollectiveError`.
    init(threadCount: Int, seconds: Double, communicator: any Communicator) throws(CollectiveError) {
        let team = ThreadTeam(size: threadCount)
        let operands = (0..<threadCount).map { _ in Operands() }
        gigaFLOPsByShape = []
        for shape in Self.shapes {
            try communicator.barrier()
            var rates = Array(repeating: 0.0, count: threadCount)
            rates.withUnsafeMutableBufferPointer { rates in
                team.run { member in rates[member] = operands[member].rate(shape, seconds: seconds) }
            }
            gigaFLOPsByShape.append(try communicator.allGather(rates.reduce(0, +)).reduce(0, +) / 1e9)
        }
    }

    /// Takes the higher rate of two measurements for each shape.
    mutating func formMaximum(with other: MatrixProductRate) {
        gigaFLOPsByShape = zip(gigaFLOPsByShape, other.gigaFLOPsByShape).map { max($0, $1) }
    }

    /// One thread's matrices, with the size of the largest shape.
    private final class Operands: Sendable {
        private let buffers: [AlignedBuffer]

        init() {
            let count = shapes.map { rows, columns, depth in max(rows * columns, rows * depth, columns * depth) }.max()
            buffers = (0..<3).map { _ in AlignedBuffer(count: count ?? 0) }
            for buffer in buffers { buffer.slice.fill(0.5) }
        }

        /// Operations per second of repeated products.
        func rate(_ shape: (rows: Int, columns: Int, depth: Int), seconds: Double) -> Double {
            let left = MatrixView(buffers[0].slice, rows: shape.rows, columns: shape.depth)
            let right = MatrixView(buffers[1].slice, rows: shape.depth, columns: shape.columns)
            let result = MatrixView(buffers[2].slice, rows: shape.rows, columns: shape.columns)
            multiply(left, right, into: result)
            var (elapsed, count) = (0.0, 0)
            var stopwatch = Stopwatch()
            while elapsed < seconds {
                multiply(left, right, into: result)
                count += 1
                elapsed += stopwatch.lap()
            }
            return Double(2 * shape.rows * shape.columns * shape.depth * count) / elapsed
        }
    }
}
