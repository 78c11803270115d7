import Networks
import Tensors
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ReplicaTests {
    private static let layers: [any Layer] =
        [convolution(5), BatchNorm2D(), ReLU(), Flatten(), Linear(outputFeatures: 3)]

    private func makeReplica(_ layers: [any Layer] = layers) throws -> Replica {
        let network = try Network(
            layers,
            inputShape: .image(height: 4, width: 5, channels: 2),
            classCount: 3,
            maximumBatch: 4
        )
        let replica = Replica(of: network)
        network.initialize(replica.parameters.slice, scheme: .pytorch, seed: 1)
        replica.prepareWeights()
        return replica
    }

    private let loss = LossFunction(labelSmoothing: 0, gradientScale: 0.25)

    @Test func emptyShardsHaveAZeroGradient() throws {
        let replica = try makeReplica()
        let gradient = AlignedBuffer(count: replica.network.elementCount)
        gradient.slice.fill(.nan)
        let workspace = ShardWorkspace(for: replica.network)
        var offsets: [Int] = []
        replica.train(trainingSamples(0), loss: loss, gradient: gradient.slice, workspace: workspace) {
            offsets.append($0)
        }
        #expect(gradient.slice.array.allSatisfy { $0 == 0 })
        #expect(offsets == [0])
    }

    /// What is reported ready may be reduced immediately, so nothing at or after a reported offset may change later.
    @Test func gradientsReportedReadyAreFinal() throws {
        let replica = try makeReplica()
        let network = replica.network
        let gradient = AlignedBuffer(count: network.elementCount)
        gradient.slice.fill(.nan)
        let workspace = ShardWorkspace(for: network)
        workspace.input(batch: 4).copy(from: randomValues(4 * network.inputShape.count, index: 1))
        workspace.labels = [0, 1, 2, 0]
        var announced: [(offset: Int, values: [Float])] = []
        replica.train(trainingSamples(4), loss: loss, gradient: gradient.slice, workspace: workspace) { offset in
            announced.append((offset, gradient.slice[offset..<network.elementCount].array))
        }
        #expect(announced.map(\.offset) == announced.map(\.offset).sorted(by: >))
        #expect(announced.count == 4)
        #expect(announced.last?.offset == 0)
        for (offset, values) in announced {
            let final = gradient.slice[offset..<network.elementCount].array
            #expect(values.map(\.bitPattern) == final.map(\.bitPattern), "\(offset)")
        }
        for parameter in network.parameters {
            #expect(gradient.slice[parameter.range].array.allSatisfy { $0.isFinite }, "\(parameter.name)")
        }
    }

    @Test func theFlatGradientContainsLossAndCorrectAnswers() throws {
        let replica = try makeReplica([Flatten(), Linear(outputFeatures: 3)])
        let network = replica.network
        // Logits are the biases 0, 2, 1, whatever the input: each loss is log(1 + e² + e) minus the label's logit.
        replica.parameters.slice.fill(0)
        network.parameters[1].store([0, 2, 1], in: replica.parameters.slice)
        let gradient = AlignedBuffer(count: network.elementCount)
        let workspace = ShardWorkspace(for: network)
        workspace.labels = [1, 2, 1, 0]
        replica.train(trainingSamples(4), loss: loss, gradient: gradient.slice, workspace: workspace) { _ in }
        expectClose([gradient.slice[network.lossIndex]], [4 * 2.407_605_9 - 5])
        #expect(gradient.slice[network.correctCountIndex] == 2)
        // softmax - target, summed over samples, times the scale: softmax is .0900306, .6652410, .2447285.
        let biases = network.parameters[1].values(in: gradient.slice)
        expectClose(biases, [0.090_030_6 - 0.25, 0.665_241 - 0.5, 0.244_728_5 - 0.25])
    }

    @Test func theFirstLayerThatIsNotFiniteIsNamed() throws {
        let replica = try makeReplica([convolution(5), Flatten(), Linear(outputFeatures: 3)])
        let network = replica.network
        let workspace = ShardWorkspace(for: network)
        workspace.input(batch: 2).copy(from: randomValues(2 * network.inputShape.count, index: 1))
        _ = replica.logits(batch: 2, workspace: workspace)
        #expect(replica.firstLayerNotFinite(batch: 2, workspace: workspace) == nil)
        replica.parameters.slice[network.parameters[3].range].fill(.infinity)
        _ = replica.logits(batch: 2, workspace: workspace)
        let index = try #require(replica.firstLayerNotFinite(batch: 2, workspace: workspace))
        #expect(network.layerNames[index] == "2 (linear)")
    }
}
