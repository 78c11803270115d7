import Networks
import Tensors
import TestSupport
import Testing

/// Fused layers, in-place layers and views.
@Suite(.timeLimit(.minutes(10))) struct SequentialTests {
    /// Fusion may use another algorithm for the convolution, hence the bound: a few dozen rounding errors.
    @Test(
        arguments: [
            [convolution(17), ReLU()],
            [convolution(17), ReLU(), MaxPool2D(kernel: 2)],
            [convolution(5, stride: 2, bias: false), ReLU(), MaxPool2D(kernel: 2)],
            [
                Conv2D(outputChannels: 33, kernel: 1), ReLU(), MaxPool2D(kernel: 2), convolution(8), ReLU(), ReLU(),
                Flatten(),
            ],
            [Conv2D(outputChannels: 9, kernel: 3, padding: .valid), ReLU(), MaxPool2D(kernel: 3, stride: 2)],
            [Residual(body: [convolution(17), ReLU(), convolution(17), ReLU()])],
            [BatchNorm2D(), GELU(), convolution(17), BatchNorm2D(), SiLU()],
            [BatchNorm2D(), LeakyReLU(), ELU(), BatchNorm2D(), ReLU(), Tanh()],
        ] as [[any Layer]],
        [true, false]
    )
    func fusedLayersEqualSeparateOnes(layers: [any Layer], needsInputGradient: Bool) throws {
        let shape = FeatureShape.image(height: 12, width: 8, channels: layers.count == 1 ? 17 : 3)
        let results = try [true, false].map { fusesLayers in
            let run = try LayerRun(
                layers,
                on: shape,
                maximumBatch: 5,
                needsInputGradient: needsInputGradient,
                fusesLayers: fusesLayers
            )
            run.setParameters { randomValues($0.count, index: $0.offset + 3) }
            let result = run.outputAndGradients(of: randomValues(3 * shape.count, index: 1)) { count in
                randomValues(count, index: 2)
            }
            return (run.sequence.layers.count, result.output, result.gradients)
        }
        let (fused, single) = (results[0], results[1])
        if layers.count > 1 { #expect(fused.0 < single.0) }
        #expect(relativeDistance(fused.1, single.1) < 1e-6)
        if needsInputGradient { #expect(relativeDistance(fused.2.input, single.2.input) < 1e-6) }
        for (name, gradient) in single.2.parameters {
            let found = try #require(fused.2.parameters[name])
            #expect(relativeDistance(found, gradient) < 1e-6, "\(name)")
        }
    }

    /// The sequence must equal its layers run one by one, each on the output of the one before, bit for bit.
    @Test(
        arguments: [
            [ReLU()], [Flatten()], [Flatten(), ReLU()], [ReLU(), Flatten()], [ReLU(), ReLU()],
            [ReLU(), Dropout(probability: 0), ReLU(), Flatten()],
            [Dropout(probability: 0), ReLU(), Flatten(), Dropout(probability: 0), ReLU()],
            [Flatten(), Linear(outputFeatures: 11), ReLU()],
            [Flatten(), ReLU(), Linear(outputFeatures: 11), Flatten(), ReLU(), Linear(outputFeatures: 3)],
            [BatchNorm2D(), ReLU(), MaxPool2D(kernel: 2), ReLU(), GlobalAveragePool(), ReLU()],
            [Residual(body: [ReLU()]), ReLU()],
            [Flatten(), Residual(body: [Flatten()]), Linear(outputFeatures: 3)],
            [Flatten(), Linear(outputFeatures: 9), Residual(body: [Linear(outputFeatures: 9), ReLU()]), ReLU()],
            [
                BatchNorm2D(), Residual(body: [convolution(3), ReLU()], shortcut: [ReLU(), BatchNorm2D()]),
                ReLU(),
            ],
            [ReLU(), Residual(body: [ReLU(), Residual(body: [convolution(3), ReLU()], shortcut: [ReLU()])])],
        ] as [[any Layer]]
    )
    func aSequenceEqualsItsLayersOneAfterAnother(layers: [any Layer]) throws {
        let shape = FeatureShape.image(height: 5, width: 7, channels: 3)
        let whole = try LayerRun(layers, on: shape, maximumBatch: 4)
        whole.setParameters { randomValues($0.count, index: $0.offset + 3) }
        let input = randomValues(2 * shape.count, index: 1)
        let outputGradient = randomValues(2 * whole.sequence.outputShape.count, index: 2)
        let found = whole.outputAndGradients(of: input) { _ in outputGradient }

        var activations = [input]
        let singles = try layers.enumerated().map { index, layer in
            let inputShape = whole.sequence.layers.prefix(index).last?.plan.outputShape ?? shape
            let single = try LayerRun([layer], on: inputShape, maximumBatch: 2)
            single.setParameters { parameter in
                let name = "\(index)" + parameter.name.dropFirst()
                let same = whole.sequence.parameters.first { $0.name == name }
                return same.map { $0.values(in: whole.parameterBuffer.slice) } ?? []
            }
            activations.append(single.output(of: activations[index], samples: trainingSamples(2)))
            return single
        }
        #expect(found.output == activations.last)
        var gradient = outputGradient
        for (index, single) in singles.enumerated().reversed() {
            let result = single.outputAndGradients(of: activations[index]) { _ in gradient }.gradients
            gradient = result.input
            for (name, values) in result.parameters {
                #expect(found.gradients.parameters["\(index)" + name.dropFirst()] == values, "\(index), \(name)")
            }
        }
        #expect(found.gradients.input == gradient)
    }

    /// Values that a larger batch left in memory must not affect a smaller one.
    @Test func smallerBatchesUseOnlyTheFirstSamples() throws {
        let layers: [any Layer] = [
            convolution(5), ReLU(), MaxPool2D(kernel: 2), Residual(body: [ReLU()]), Dropout(), Flatten(),
        ]
        let shape = FeatureShape.image(height: 8, width: 6, channels: 3)
        let run = try LayerRun(layers, on: shape, maximumBatch: 5, fusesLayers: true)
        run.setParameters { randomValues($0.count, index: $0.offset + 3) }
        let input = randomValues(5 * shape.count, index: 1)
        let gradient = randomValues(5 * run.sequence.outputShape.count, index: 2)
        func result(_ batch: Int) -> (output: [Float], gradients: LayerRun.Gradients) {
            run.outputAndGradients(of: Array(input.prefix(batch * shape.count))) { Array(gradient.prefix($0)) }
        }
        let all = result(5)
        let some = result(3)
        #expect(some.output == Array(all.output.prefix(some.output.count)))
        #expect(some.gradients.input == Array(all.gradients.input.prefix(some.gradients.input.count)))
    }
}
