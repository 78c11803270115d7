import Optimizers
import Tensors
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct MuonTests {
    private static let matrices = [("wide", 3, 7), ("tall", 9, 4), ("square", 5, 5)]

    /// Compared with PyTorch's code in float64.
    ///
    /// Memory has `[inputs, outputs]` where PyTorch has `[outputs, inputs]`, and
    /// directions are computed as on several ranks and threads.
    @Test(arguments: ["muon", "muon-plain", "muon-renormalized"], [(1, 1), (2, 2), (3, 1), (5, 2)])
    func stepsEqualPyTorchs(name: String, team: (ranks: Int, threads: Int)) throws {
        let fixture = try GoldenFixture.load("optimizer-\(name)")
        func setting(_ name: String) -> Float { Float(fixture.number(name)) }
        let rule = MuonRule(
            momentum: setting("momentum"),
            isNesterov: fixture.integer("nesterov") == 1,
            weightDecay: setting("weightDecay"),
            iterations: fixture.integer("iterations"),
            renormalizes: fixture.integer("renormalizes") == 1
        )
        let groups = Self.groups
        let optimizer = Optimizer(
            rule: .muon(rule),
            elementCount: 128,
            groups: groups,
            worldSize: team.ranks,
            threadCount: team.threads
        )
        let (parameters, gradient) = (AlignedBuffer(count: 128), AlignedBuffer(count: 128))
        func set(_ buffer: AlignedBuffer, _ key: String, step: Int = 0) {
            for ((name, outputs, inputs), group) in zip(Self.matrices, groups) {
                let values = fixture[name + key].values.dropFirst(step * outputs * inputs).prefix(outputs * inputs)
                buffer.slice[group.range].copy(from: transposed(Array(values), rows: outputs, columns: inputs))
            }
        }
        set(parameters, "")
        for step in 0..<5 {
            set(gradient, ".gradients", step: step)
            let norm = optimizer.update(
                parameters.slice,
                gradient: gradient.slice,
                learningRate: setting("learningRate"),
                step: step + 1
            ) { directions in
                for rank in 0..<team.ranks {
                    for thread in 0..<team.threads { directions.orthogonalize(ofRank: rank, thread: thread) }
                }
            }
            #expect(norm == nil)
            for ((name, outputs, inputs), group) in zip(Self.matrices, groups) {
                let all = fixture[name + ".parameters"].values
                let expected = Array(all.dropFirst(step * outputs * inputs).prefix(outputs * inputs))
                let found = transposed(parameters.slice[group.range].array, rows: inputs, columns: outputs)
                expectClose(found, expected, absolute: 3e-6, relative: 3e-6)
            }
        }
    }

    /// The three matrices, a cache line and more apart.
    private static var groups: [ParameterGroup] {
        zip(matrices, [0, 32, 80]).map { matrix, start in
            ParameterGroup(
                range: start..<start + matrix.1 * matrix.2,
                matrix: WeightMatrix(inputs: matrix.2, outputs: matrix.1)
            )
        }
    }

    private func transposed(_ values: [Float], rows: Int, columns: Int) -> [Float] {
        (0..<values.count).map { values[$0 % rows * columns + $0 / rows] }
    }

    /// What isn't a matrix moves by gradient descent with momentum of its own, by hand: v = 0.5 v + g.
    @Test func otherParametersMoveByTheirOwnRule() {
        var rule = MuonRule(momentum: 0.9, isNesterov: true, weightDecay: 0.1, iterations: 5, renormalizes: false)
        rule.others = .init(learningRateFactor: 2, momentum: 0.5, isNesterov: false, weightDecay: 0.25)
        let groups = [
            ParameterGroup(range: 0..<4, matrix: WeightMatrix(inputs: 2, outputs: 2)),
            ParameterGroup(range: 16..<17, weightDecayFactor: 4),
        ]
        let optimizer = Optimizer(rule: .muon(rule), elementCount: 32, groups: groups)
        let (parameters, gradient) = (AlignedBuffer(count: 32), AlignedBuffer(count: 32))
        parameters.slice[16] = 1
        gradient.slice[16] = 3
        // 3 + 0.25 · 4 · 1 = 4, and 1 - 0.0625 · 2 · 4 = 0.5.
        optimizer.update(parameters.slice, gradient: gradient.slice, learningRate: 0.0625, step: 1)
        #expect(parameters.slice[16] == 0.5)
        // 3 + 0.5 + 0.5 · 4 = 5.5, and 0.5 - 0.125 · 5.5 = -0.1875.
        optimizer.update(parameters.slice, gradient: gradient.slice, learningRate: 0.0625, step: 2)
        #expect(parameters.slice[16] == -0.1875)
        #expect(parameters.slice.prefix(4).array == [0, 0, 0, 0])
    }

    /// Whatever the division: each direction belongs to one rank, and to no other.
    @Test(arguments: [1, 2, 3, 4, 7, 16])
    func eachMatrixIsComputedByOneRank(worldSize: Int) {
        let optimizer = Self.optimizer(
            [(216, 64), (576, 64), (576, 256), (2304, 256), (2304, 256), (2304, 256), (7, 3), (1, 1)],
            ranks: worldSize
        )
        let count = optimizer.slots[0].count
        let (parameters, gradient) = (AlignedBuffer(count: count), AlignedBuffer(count: count))
        gradient.slice.fill(1)
        optimizer.update(parameters.slice, gradient: gradient.slice, learningRate: 1, step: 1) { directions in
            #expect(directions.blocks.count == worldSize)
            #expect(directions.blocks.first?.lowerBound == 0)
            for (one, next) in zip(directions.blocks, directions.blocks.dropFirst()) {
                #expect(one.upperBound == next.lowerBound)
            }
            #expect(directions.blocks.last?.upperBound == directions.buffer.count)
            // Without iterations a direction is only divided by its norm: where a rank has been, nothing stays 1.6.
            for rank in 0..<worldSize {
                directions.orthogonalize(ofRank: rank, thread: 0)
                for (other, block) in directions.blocks.enumerated() {
                    let isDone = !directions.buffer.slice[block].array.contains(1.6)
                    #expect(isDone == (other <= rank || block.isEmpty), "\(other) after \(rank)")
                }
            }
        }
    }

    /// By hand: of the recipe's six convolutions the three large ones cost 638, the next 184 MFLOP an iteration, so that one
    /// of two ranks gets two large ones and the other all else.
    @Test func theLargestMatricesAreGivenAwayFirst() {
        let optimizer = Self.optimizer(
            [(216, 64), (576, 64), (576, 256), (2304, 256), (2304, 256), (2304, 256)],
            ranks: 2
        )
        let large = 2304 * 256
        #expect(optimizer.directions?.blocks.map(\.count) == [2 * large, large + 576 * 256 + (576 + 216) * 64])
    }

    /// An optimizer of matrices `[inputs, outputs]`, whose directions are only divided by their norms.
    private static func optimizer(_ shapes: [(Int, Int)], ranks: Int) -> Optimizer {
        var start = 0
        let groups = shapes.map { inputs, outputs in
            defer { start += AlignedBuffer.aligned(inputs * outputs) }
            return ParameterGroup(
                range: start..<start + inputs * outputs,
                matrix: WeightMatrix(inputs: inputs, outputs: outputs)
            )
        }
        let rule = MuonRule(momentum: 0.6, isNesterov: true, weightDecay: 0, iterations: 0, renormalizes: false)
        return Optimizer(rule: .muon(rule), elementCount: start, groups: groups, worldSize: ranks)
    }
}
