import Networks
import Tensors
import TestSupport
import Testing

/// The backward pass in two parts: the dense layers at the end, then the rest.
@Suite(.timeLimit(.minutes(10))) struct ShardOrderTests {
    private static let dense: [any Layer] =
        [convolution(5), ReLU(), Flatten(), Linear(outputFeatures: 8), Linear(outputFeatures: 3)]

    private func makeNetwork(_ layers: [any Layer]) throws -> Network {
        try Network(
            layers,
            inputShape: .image(height: 4, width: 5, channels: 2),
            classCount: 3,
            maximumBatch: 4
        )
    }

    @Test(
        arguments: [
            (dense, true),
            ([convolution(5), GlobalAveragePool(), Linear(outputFeatures: 3)], false),
            ([Flatten(), Linear(outputFeatures: 8), Linear(outputFeatures: 3)], false),
            ([MaxPool2D(kernel: 2), Flatten(), Linear(outputFeatures: 8), Linear(outputFeatures: 3)], false),
            ([convolution(5), ReLU(), convolution(3), GlobalAveragePool()], false),
        ] as [([any Layer], Bool)]
    )
    func denseLayersWithMostOfTheParametersAreAHead(layers: [any Layer], isHead: Bool) throws {
        #expect(try makeNetwork(layers).shardOrder.isHeadFirst == isHead)
    }

    @Test func headsRunFirstAndKeepTheirWorkspaces() throws {
        let linear = [Flatten(), Linear(outputFeatures: 3)] as [any Layer]
        for (layers, expected) in [(Self.dense, "h1 h3 b1 b3"), (linear, "h1 b1 h3 b3")] {
            let order = try makeNetwork(layers).shardOrder
            var passes: [String] = []
            order.run([1, 3], head: { passes.append("h\($0)") }, backbone: { passes.append("b\($0)") })
            #expect(passes.joined(separator: " ") == expected)
            #expect(order.workspaceCount(threadCount: 2, shardCount: 4) == (order.isHeadFirst ? 4 : 2))
            #expect(order.workspaceCount(threadCount: 2, shardCount: 1) == 2)
            #expect(!order.accumulating(partCount: 2).isHeadFirst)
            #expect(order.accumulating(partCount: 1).isHeadFirst == order.isHeadFirst)
            // Thread 1 has shards 1 and 3.
            #expect([1, 3].map { order.workspace(ofShard: $0, thread: 1) } == (order.isHeadFirst ? [1, 3] : [1, 1]))
            #expect([1, 3].map { order.canLoadAhead(shard: $0, thread: 1) } == [true, order.isHeadFirst])
        }
    }

    /// Like a thread with two shards: the heads of both, with one scratch memory, before the backbone of either.
    @Test func usesTheActivationsOfEachShard() throws {
        let network = try makeNetwork(Self.dense)
        let replica = Replica(of: network)
        network.initialize(replica.parameters.slice, scheme: .pytorch, seed: 1)
        replica.prepareWeights()
        let loss = LossFunction(labelSmoothing: 0, gradientScale: 0.25)
        let samples = trainingSamples(4)
        let first = ShardWorkspace(for: network)
        let workspaces = [first, ShardWorkspace(for: network, sharingScratchOf: first)]
        let gradients = (0..<4).map { _ in AlignedBuffer(count: network.elementCount) }
        func load(_ shard: Int) {
            workspaces[shard].input(batch: 4).copy(from: randomValues(4 * network.inputShape.count, index: shard))
            workspaces[shard].labels = [0, 1, 2, Int32(shard)]
        }
        for (shard, workspace) in workspaces.enumerated() {
            load(shard)
            replica.train(samples, loss: loss, gradient: gradients[shard].slice, workspace: workspace) { _ in }
        }
        var offsets: [Int] = []
        for (shard, workspace) in workspaces.enumerated() {
            load(shard)
            let gradient = gradients[2 + shard].slice
            replica.trainHead(samples, loss: loss, gradient: gradient, workspace: workspace) { offsets.append($0) }
        }
        #expect(offsets.last == network.parameters[2].offset, "the head's gradients are final, no others")
        for (shard, workspace) in workspaces.enumerated() {
            let gradient = gradients[2 + shard].slice
            replica.trainBackbone(samples, gradient: gradient, workspace: workspace) { offsets.append($0) }
        }
        #expect(offsets.last == 0)
        for shard in 0..<2 {
            #expect(gradients[2 + shard].slice.array == gradients[shard].slice.array)
        }
        #expect(gradients[0].slice.array != gradients[1].slice.array)
    }
}
