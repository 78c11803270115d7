import Networks
import Testing

@Suite(.timeLimit(.minutes(10))) struct LayerSummaryTests {
    private static func network(_ layers: [any Layer], side: Int = 32, classCount: Int = 10) throws -> Network {
        try Network(
            layers,
            inputShape: .image(height: side, width: side, channels: 3),
            classCount: classCount,
            maximumBatch: 1,
            fusesLayers: false
        )
    }

    /// A value of a convolution's output takes 2 · 9 · C operations and one for the bias; a pooled value 4.
    @Test func aConvolutionalNetworkIsSummarizedAsByHand() throws {
        let rows = try Self.network([
            Conv2D(outputChannels: 32, kernel: 3, padding: .same), ReLU(), MaxPool2D(kernel: 2),
            Conv2D(outputChannels: 64, kernel: 3, padding: .same), ReLU(), MaxPool2D(kernel: 2),
            Flatten(), Linear(outputFeatures: 64), ReLU(), Linear(outputFeatures: 10),
        ]).layerSummaries
        #expect(rows.map(\.name) == (0..<10).map { "\($0)" })
        #expect(
            rows.map(\.kind) == [
                "conv2d", "relu", "maxPool2d", "conv2d", "relu", "maxPool2d", "flatten", "linear", "relu", "linear",
            ]
        )
        #expect(
            rows.map(\.outputShape.description) == [
                "32×32×32", "32×32×32", "32×16×16", "64×16×16", "64×16×16", "64×8×8", "4096", "64", "64", "10",
            ]
        )
        #expect(rows.map(\.parameterCount) == [896, 0, 0, 18_496, 0, 0, 0, 262_208, 0, 650])
        #expect(
            rows.map(\.forwardFLOPs) == [
                32_768 * 55, 32_768, 8192 * 4, 16_384 * 577, 16_384, 4096 * 4, 0, 2 * 4096 * 64 + 64, 64, 2 * 640 + 10,
            ]
        )
        // 3; +1 for the pooling; + 2 · 2; + 1 · 2; then the linear layer depends on all 8 columns, 4 pixels apart.
        #expect(rows.map(\.receptiveField.rows.extent) == [3, 3, 4, 8, 8, 10, 10, 38, 38, 38])
        #expect(rows.map(\.activationBytes).prefix(3) == [131_072, 131_072, 32_768])
    }

    /// A 3×5 filter with a dilation of 2 rows spans 5×5; with 6 filters in 3 groups, each has one input channel.
    ///
    /// The pool rounds up: ⌈27 / 2⌉ + 1 rows, and ⌈13 / 2⌉ + 1 columns.
    @Test func optionsOfConvolutionsAndPoolsAreSummedUpAsByHand() throws {
        let rows = try Self.network(
            [
                Conv2D(
                    outputChannels: 6,
                    kernel: Extent(rows: 3, columns: 5),
                    stride: Extent(rows: 1, columns: 2),
                    dilation: Extent(rows: 2, columns: 1),
                    groups: 3
                ),
                MaxPool2D(kernel: 3, stride: 2, padding: 1, roundsUp: true), LeakyReLU(), GroupNorm(groups: 3),
                GlobalMaxPool(),
            ],
            classCount: 6
        ).layerSummaries
        #expect(rows.map(\.outputShape.description) == ["6×28×14", "6×15×8", "6×15×8", "6×15×8", "6"])
        #expect(rows.map(\.parameterCount) == [6 * 15 + 6, 0, 0, 12, 0])
        #expect(rows.map(\.forwardFLOPs) == [6 * 392 * 31, 6 * 120 * 9, 720, 4 * 720, 720])
        let fields: [String] = rows.prefix(3).map { $0.receptiveField.description }
        #expect(fields == ["5×5", "7×9", "7×9"])
    }

    /// Whole columns become a sequence of 32; a locally connected layer has 14 times a convolution's weights.
    @Test func layersOfSequencesAreSummedUpAsByHand() throws {
        let rows = try Self.network(
            [
                Conv2D(outputChannels: 4, kernel: Extent(rows: 32, columns: 1)),
                Conv1D(outputChannels: 6, kernel: 5, padding: .same, groups: 2), MaxPool1D(kernel: 2), BatchNorm1D(),
                LocallyConnected2D(outputChannels: 2, kernel: Extent(rows: 1, columns: 3)), GlobalAveragePool(),
            ],
            classCount: 2
        ).layerSummaries
        #expect(rows.map(\.outputShape.description) == ["4×1×32", "6×1×32", "6×1×16", "6×1×16", "2×1×14", "2"])
        #expect(rows.map(\.parameterCount) == [4 * 96 + 4, 6 * 10 + 6, 0, 12, 14 * (2 * 18 + 2), 0])
        let operations: [Int] = rows.prefix(5).map { $0.forwardFLOPs }
        #expect(operations == [128 * 193, 192 * 21, 96 * 2, 96 * 4, 28 * 37])
        let fields: [String] = rows.prefix(5).map { $0.receptiveField.description }
        #expect(fields == ["32×1", "32×5", "32×6", "32×6", "32×10"])
    }

    @Test func trainingCostsThreeForwardPassesExceptForTheFirstInputGradient() throws {
        let network = try Self.network([
            Flatten(), Linear(outputFeatures: 512), ReLU(), Linear(outputFeatures: 256), ReLU(),
            Linear(outputFeatures: 10),
        ])
        let linear = [2 * 3072 * 512 + 512, 2 * 512 * 256 + 256, 2 * 256 * 10 + 10]
        #expect(network.trainingFLOPs == 3 * (linear.reduce(0, +) + 512 + 256) - linear[0])
    }

    @Test func residualBlocksCountBothBranchesAndTheSum() throws {
        let layers: [any Layer] = [
            Residual(
                body: [convolution(2, stride: 2), convolution(2, bias: false)],
                shortcut: [Conv2D(outputChannels: 2, kernel: 1, stride: 2)]
            ),
            GlobalAveragePool(),
        ]
        let network = try Self.network(layers, side: 8, classCount: 2)
        let block = network.layerSummaries[0]
        #expect(block.outputShape == .image(height: 4, width: 4, channels: 2))
        #expect(block.forwardFLOPs == 32 * (2 * 27 + 1) + 32 * (2 * 18) + 32 * (2 * 3 + 1) + 32)
        #expect(block.receptiveField.rows.extent == 7)
        #expect(network.layerSummaries[1].receptiveField.rows.extent == 7 + 3 * 2)
    }

    /// A 1×1 body depends on one pixel, the 5×5 shortcut on two more on each side.
    @Test func theReceptiveFieldOfABlockCoversBothBranches() throws {
        let block = Residual(
            body: [Conv2D(outputChannels: 2, kernel: 1)],
            shortcut: [Conv2D(outputChannels: 2, kernel: 5, padding: .pixels(2))]
        )
        let rows = try Self.network([block, convolution(2), GlobalAveragePool()], side: 8, classCount: 2).layerSummaries
        let axis = ReceptiveField.Axis(extent: 5, stride: 1, padding: 2)
        #expect(rows[0].receptiveField == ReceptiveField(rows: axis, columns: axis))
        #expect(rows[1].receptiveField.description == "7×7")
        #expect(rows[1].receptiveField.origin(row: 0, column: 4) == (-3, 1))
    }

    /// In the first trained block, only its own first layers have no input gradient; the layers before it have no
    /// backward pass at all.
    @Test func trainingABlockCostsBothGradientsExceptForItsFirstLayers() throws {
        let block = Residual(
            body: [convolution(2, stride: 2), convolution(2, bias: false)],
            shortcut: [Conv2D(outputChannels: 2, kernel: 1, stride: 2)]
        )
        let network = try Self.network([ReLU(), block, GlobalAveragePool()], side: 8, classCount: 2)
        let (first, second, shortcut) = (32 * (2 * 27 + 1), 32 * (2 * 18), 32 * (2 * 3 + 1))
        let (relu, sum, pool) = (8 * 8 * 3, 32, 32)
        #expect(network.trainingFLOPs == relu + 2 * first + 3 * second + 2 * shortcut + 3 * sum + 3 * pool)
        // Behind a trained layer all of them need it.
        let deep = try Self.network([convolution(3), block, GlobalAveragePool()], side: 8, classCount: 2)
        let before = 8 * 8 * 3 * (2 * 27 + 1)
        #expect(deep.trainingFLOPs == 2 * before + 3 * (first + second + shortcut + sum + pool))
    }

    @Test func activationsIncludeThoseInsideOfBlocks() throws {
        let block = Residual(
            body: [convolution(2, stride: 2), ReLU()],
            shortcut: [Conv2D(outputChannels: 2, kernel: 1, stride: 2)]
        )
        let rows = try Self.network([block, Flatten(), Linear(outputFeatures: 5)], side: 8, classCount: 5)
            .layerSummaries
        // Two convolutions, a ReLU and the sum, of 2×4×4 values each; flattening adds none.
        #expect(rows.map(\.activationBytes) == [4 * 32 * 4, 0, 5 * 4])
    }
}
