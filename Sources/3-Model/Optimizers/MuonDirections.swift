import CVectorKernels
import Kernels
package import Tensors

/// The directions in which Muon moves the weight matrices, whose computation is divided among ranks and threads.
///
/// Each matrix belongs to one rank, which all ranks know without asking: the most expensive is given away first, to the
/// rank with the least work. Which rank and thread computes a direction doesn't touch its bits.
package final class MuonDirections: Sendable {
    /// All directions: those of a rank's matrices lie together.
    package let buffer: AlignedBuffer
    /// The place of each rank's directions in `buffer`, by rank.
    package let blocks: [Range<Int>]
    private let rule: MuonRule
    private let parts: [Part]
    /// The positions in `parts` of each rank's matrices.
    private let partsOfRanks: [[Int]]
    /// One for each thread.
    private let scratches: [AlignedBuffer]

    /// A matrix and the place of its direction in `buffer`.
    private struct Part {
        let group: ParameterGroup
        let matrix: WeightMatrix
        var range = 0..<0
    }

    /// Memory for the directions of a network's matrices.
    ///
    /// - Parameters:
    ///   - groups: All parameters; those without a matrix have no direction.
    ///   - rule: The numbers of each step.
    ///   - worldSize: The number of ranks.
    ///   - threadCount: Threads of this rank, which may differ from those of others.
    init(of groups: [ParameterGroup], _ rule: MuonRule, worldSize: Int, threadCount: Int) {
        self.rule = rule
        var parts = groups.compactMap { group in group.matrix.map { Part(group: group, matrix: $0) } }
        partsOfRanks = Self.divided(Array(parts.indices), among: worldSize, parts)
        var blocks: [Range<Int>] = []
        var end = 0
        for indices in partsOfRanks {
            let start = end
            for index in indices {
                parts[index].range = end..<end + parts[index].group.range.count
                end = AlignedBuffer.aligned(parts[index].range.upperBound)
            }
            blocks.append(start..<end)
        }
        (self.parts, self.blocks) = (parts, blocks)
        buffer = AlignedBuffer(count: end)
        let scratchCount = parts.map(\.matrix.iterations.scratchCount).max() ?? 0
        scratches = (0..<threadCount).map { _ in AlignedBuffer(count: scratchCount) }
    }

    /// Updates the momentum of the matrices, and writes the directions that are to be made orthogonal: on every rank,
    /// since every rank keeps the whole state.
    ///
    /// - Parameters:
    ///   - gradient: The flat gradient before scaling.
    ///   - gradientScale: Its factor.
    ///   - velocity: The flat momentum, changed.
    ///   - step: The step's number, from 1.
    func begin(gradient: TensorSlice, gradientScale: Float, velocity: TensorSlice, step: Int) {
        buffer.slice.fill(0)
        // Gradient descent from 0 with a learning rate of -1 leaves the direction itself.
        let descent = SGDStep(
            learningRate: -1,
            gradientScale: gradientScale,
            momentum: rule.momentum,
            weightDecay: 0,
            isNesterov: rule.isNesterov
        )
        for part in parts where part.group.isTrained(inStep: step) {
            OptimizerUpdate.apply(
                descent,
                parameters: buffer.slice[part.range],
                gradient: gradient[part.group.range],
                velocity: velocity[part.group.range]
            )
        }
    }

    /// Makes the directions of a rank's matrices orthogonal, as far as they are a thread's.
    ///
    /// - Parameters:
    ///   - rank: The rank.
    ///   - thread: One of this rank's threads.
    package func orthogonalize(ofRank rank: Int, thread: Int) {
        for index in Self.divided(partsOfRanks[rank], among: scratches.count, parts)[thread] {
            parts[index].matrix.iterations.orthogonalize(
                buffer.slice[parts[index].range],
                iterations: rule.iterations,
                scratch: scratches[thread].slice
            )
        }
    }

    /// Makes all directions orthogonal, on the calling thread.
    func orthogonalizeAll() {
        for rank in blocks.indices {
            for thread in scratches.indices { orthogonalize(ofRank: rank, thread: thread) }
        }
    }

    /// Moves the matrices in their directions.
    ///
    /// - Parameters:
    ///   - parameters: The flat parameters, changed.
    ///   - learningRate: The learning rate of this step.
    ///   - step: The step's number, from 1.
    func move(_ parameters: TensorSlice, learningRate: Float, step: Int) {
        for part in parts where part.group.isTrained(inStep: step) {
            let (matrix, direction) = (parameters[part.group.range], buffer.slice[part.range])
            let rate = learningRate * part.group.learningRateFactor
            let kept = share(ofWeights: matrix, in: part, learningRate: rate)
            Elementwise.multiply(matrix, by: kept, into: matrix)
            let stretch = Float(part.matrix.outputs) / Float(part.matrix.inputs)
            let size = rule.renormalizes ? rate : rate * max(stretch, 1).squareRoot()
            Elementwise.multiply(direction, by: -size, into: direction)
            Elementwise.add(direction, to: matrix)
        }
    }

    /// The factor of the weights before they move.
    private func share(ofWeights matrix: TensorSlice, in part: Part, learningRate: Float) -> Float {
        guard rule.renormalizes else {
            return 1 - learningRate * rule.weightDecay * part.group.weightDecayFactor
        }
        let norm = Float(Elementwise.squaredNorm(of: matrix).squareRoot())
        // Zeros stay zeros.
        return norm == 0 ? 1 : Float(part.matrix.outputs).squareRoot() / norm
    }

    /// Divides matrices into shares of about the same work.
    ///
    /// - Returns: Each share's matrices, in their order.
    private static func divided(_ indices: [Int], among shareCount: Int, _ parts: [Part]) -> [[Int]] {
        var (shares, work) = (Array(repeating: [Int](), count: shareCount), Array(repeating: 0, count: shareCount))
        func cost(_ index: Int) -> Int { parts[index].matrix.iterations.iterationFLOPs }
        for index in indices.sorted(by: { (cost($1), $0) < (cost($0), $1) }) {
            let share = work.indices.min { (work[$0], $0) < (work[$1], $1) } ?? 0
            shares[share].append(index)
            work[share] += cost(index)
        }
        return shares.map { $0.sorted() }
    }
}
