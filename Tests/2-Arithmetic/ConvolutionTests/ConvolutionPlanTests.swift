import Convolution
import Kernels
import Tensors
import Testing

/// Every algorithm against the oracle, over shapes with all kinds of edges.
@Suite(.timeLimit(.minutes(10))) struct ConvolutionPlanTests {
    /// The largest error against Double, as a fraction of the tensor's largest magnitude.
    ///
    /// Winograd's transforms lose more accuracy than plain sums. Measured over the sweep: 1.6e-6 and 1.0e-6.
    private static func tolerance(of plan: ConvolutionPlan) -> Double {
        plan.description.hasPrefix("Winograd") ? 4e-6 : 2e-6
    }

    private static let epilogues: [ConvolutionEpilogue] = [.none, .relu, .reluMaxPool2]

    @Test(arguments: ConvolutionCase.sweep)
    func outputsAndGradientsEqualTheOracle(of layer: ConvolutionCase) {
        for epilogue in Self.epilogues where epilogue != .reluMaxPool2 || layer.canPool {
            // The oracle is slow, so it is asked once.
            var expected: [[Double]]?
            for (needsInputGradient, instructions) in [true, false].flatMap({ isNeeded in
                VectorInstructions.all.map { (isNeeded, $0) }
            }) {
                let run = ConvolutionRun(
                    layer: layer,
                    epilogue: epilogue,
                    needsInputGradient: needsInputGradient,
                    instructions: instructions
                )
                let oracle = expected ?? run.expectedResults()
                expected = oracle
                for (name, error) in run.errors(against: oracle) {
                    #expect(
                        error < Self.tolerance(of: run.plan),
                        "\(name) with \(epilogue), \(run.plan.description), \(instructions.name)"
                    )
                }
            }
        }
    }

    /// Winograd's sums mix the positions of a tile.
    ///
    /// They must not leave a rounding error if all products are 0: Adam would make a full step of it.
    @Test(
        arguments: [
            ConvolutionCase(3, (8, 8), (16, 16)), .init(2, (4, 4), (70, 130)), .init(2, (7, 9), (17, 19)),
            .init(20, (4, 4), (16, 16)), .init(2, (6, 8), (33, 16), unevenly: (0, 1, 3, 2)),
            .init(2, (16, 16), (16, 20), dilation: (2, 2), padding: 2), .init(2, (8, 8), (64, 32), groups: 2),
            .init(2, (12, 11), (16, 17), kernel: (5, 5), padding: 2), .init(2, (16, 16), (17, 16), stride: 2),
            .init(2, (8, 8), (16, 8)),
            .init(2, (8, 8), (3, 17)),
        ],
        VectorInstructions.all.indices
    )
    func aWeightWhoseProductsAreAllZeroHasAGradientOfExactlyZero(layer: ConvolutionCase, instructionSet: Int) {
        for epilogue in Self.epilogues where epilogue != .reluMaxPool2 || layer.canPool {
            let run = ConvolutionRun(
                layer: layer,
                epilogue: epilogue,
                needsInputGradient: layer.shape.inputChannels > 4,
                instructions: VectorInstructions.all[instructionSet],
                values: .sparse
            )
            let (expected, found) = run.zeroWeightGradients()
            #expect(expected.count > layer.shape.weightCount / 2 && expected.count < layer.shape.weightCount)
            #expect(found == expected, "\(epilogue), \(run.plan.description)")
            for (name, error) in run.errors() { #expect(error < Self.tolerance(of: run.plan), "\(name)") }
        }
    }

    /// Of equal values in a window the first one gets the gradient; if the output is 0, none does.
    @Test(
        arguments: [
            ConvolutionCase(2, (6, 8), (3, 17)), .init(2, (8, 8), (16, 17)), .init(2, (6, 6), (5, 7)),
            .init(2, (6, 6), (5, 7), kernel: (1, 1), padding: 0),
        ],
        VectorInstructions.all.indices
    )
    func tiesGoToTheFirstAndZeroHasNoGradient(layer: ConvolutionCase, instructionSet: Int) {
        for epilogue in [ConvolutionEpilogue.relu, .reluMaxPool2] {
            for values in [ConvolutionValues.zeroInput, .zeroInputAndBias] {
                for needsInputGradient in [true, false] {
                    let run = ConvolutionRun(
                        layer: layer,
                        epilogue: epilogue,
                        needsInputGradient: needsInputGradient,
                        instructions: VectorInstructions.all[instructionSet],
                        values: values
                    )
                    for (name, error) in run.errors() {
                        #expect(error < Self.tolerance(of: run.plan), "\(name): \(epilogue), \(run.plan.description)")
                    }
                }
            }
        }
    }

    @Test(arguments: [
        (channels: 64, kernel: 5, stride: 1, size: 16, isFirst: false, name: "Winograd F(4x4, 3x3)"),
        (channels: 64, kernel: 4, stride: 1, size: 16, isFirst: false, name: "patches"),
        (channels: 3, kernel: 3, stride: 1, size: 32, isFirst: true, name: "direct"),
        (channels: 3, kernel: 3, stride: 1, size: 32, isFirst: false, name: "patches"),
        (channels: 64, kernel: 3, stride: 1, size: 16, isFirst: false, name: "Winograd F(4x4, 3x3)"),
        (channels: 64, kernel: 3, stride: 1, size: 2, isFirst: false, name: "patches"),
        (channels: 64, kernel: 3, stride: 2, size: 16, isFirst: false, name: "Winograd F(4x4, 3x3) at stride 2"),
        (channels: 64, kernel: 3, stride: 3, size: 16, isFirst: false, name: "patches"),
        (channels: 64, kernel: 1, stride: 1, size: 16, isFirst: false, name: "input"),
        (channels: 64, kernel: 1, stride: 2, size: 16, isFirst: false, name: "patches"),
    ])
    func theShapeDecidesTheAlgorithm(
        layer: (channels: Int, kernel: Int, stride: Int, size: Int, isFirst: Bool, name: String)
    ) {
        let shape = ConvolutionShape(
            inputHeight: layer.size,
            inputWidth: layer.size,
            inputChannels: layer.channels,
            outputChannels: 64,
            kernelHeight: layer.kernel,
            kernelWidth: layer.kernel,
            stride: layer.stride,
            padding: layer.kernel / 2
        )
        let plan = ConvolutionPlan(shape: shape, needsInputGradient: !layer.isFirst)
        #expect(plan.description.hasPrefix(layer.name))
    }

    @Test(arguments: [(3, false), (32, true)])
    func equalCallsGiveEqualBitsOnAnyThread(channels: Int, needsInputGradient: Bool) async {
        let layer = ConvolutionCase(5, (12, 8), (channels, 32))
        @Sendable func bits() -> [[UInt32]] {
            guard let instructions = VectorInstructions.best else { return [] }
            let run = ConvolutionRun(
                layer: layer,
                epilogue: .reluMaxPool2,
                needsInputGradient: needsInputGradient,
                instructions: instructions
            )
            return run.results().map { $0.values.map(\.bitPattern) }
        }
        let expected = bits()
        await withTaskGroup(of: [[UInt32]].self) { group in
            for _ in 0..<4 { group.addTask { bits() } }
            for await found in group { #expect(found == expected) }
        }
    }

    @Test(arguments: epilogues, [(3, false), (16, true)])
    func aNaNReachesEveryOutputThatDependsOnIt(
        epilogue: ConvolutionEpilogue,
        layer: (channels: Int, needsInputGradient: Bool)
    ) {
        guard let instructions = VectorInstructions.best else { return }
        let run = ConvolutionRun(
            layer: ConvolutionCase(1, (8, 8), (layer.channels, 32)),
            epilogue: epilogue,
            needsInputGradient: layer.needsInputGradient,
            instructions: instructions
        )
        // The pixel in row 0, column 6 reaches the outputs in rows 0 and 1 and columns 5, 6 and 7: only the right half
        // of one pooled window, and all of the next.
        run.input.slice[6 * layer.channels] = .nan
        let output = run.results()[0].values
        let isPooled = epilogue == .reluMaxPool2
        for column in isPooled ? 2..<4 : 5..<8 {
            #expect(output[column * 32..<(column + 1) * 32].allSatisfy { $0.isNaN })
        }
    }
}
