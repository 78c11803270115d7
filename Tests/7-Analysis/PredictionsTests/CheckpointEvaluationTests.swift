import Assembly
import Checkpoints
import Collectives
import ConfigurationFiles
import Datasets
import Foundation
import Networks
import Predictions
import RankSupport
import Statistics
import Tensors
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct CheckpointEvaluationTests {
    /// 360 images in 12 chunks: 4 ranks have three chunks each, and 5 ranks have different numbers.
    @Test func everyTestImageCountsOnceOnAnyNumberOfRanks() throws {
        try withTemporaryFolder { folder in
            let expected = try writeCheckpoint(to: folder)
            let alone = try CheckpointEvaluation(
                checkpoint: folder,
                configuration: Self.configuration(),
                communicator: SoloCommunicator()
            ).run()
            #expect(alone.images.map(\.index) == Array(0..<360))
            #expect(alone.correct.count == expected.correctCount)
            #expect(abs(alone.meanLoss - expected.meanLoss) < 1e-5 * expected.meanLoss)
            for ranks in 1...5 {
                let results = ThreadCommunicator.run(worldSize: ranks) { communicator in
                    try CheckpointEvaluation(
                        checkpoint: folder,
                        configuration: Self.configuration(),
                        communicator: communicator
                    ).run()
                }
                for result in results { #expect(try result.get() == alone) }
            }
        }
    }

    @Test func shiftedImagesCountOncePerDirection() throws {
        try withTemporaryFolder { folder in
            _ = try writeCheckpoint(to: folder)
            let evaluation = try CheckpointEvaluation(
                checkpoint: folder,
                configuration: Self.configuration(),
                communicator: SoloCommunicator()
            )
            let moved = try evaluation.run(shiftPixels: 2)
            #expect(moved.images.count == 4 * 360)
            #expect(moved.accuracy != (try evaluation.run()).accuracy)
            #expect(throws: DatasetError.self) { try evaluation.run(shiftPixels: 8) }
        }
    }

    /// By hand: six views of each image, one after another.
    @Test(arguments: TestTimeAugmentation.allCases)
    func logitsAreTheMeanOverAllViews(views: TestTimeAugmentation) throws {
        try withTemporaryFolder { folder in
            _ = try writeCheckpoint(to: folder)
            let evaluation = try CheckpointEvaluation(
                checkpoint: folder,
                configuration: Self.configuration(),
                communicator: SoloCommunicator()
            )
            var found: [[Float]] = []
            _ = try evaluation.run(views: views) { found.append(Array($1)) }
            let weights: [[Float]] =
                switch views {
                case .none: [[1, 0, 0], [0, 0, 0]]
                case .mirror: [[0.5, 0, 0], [0.5, 0, 0]]
                case .translate: [[0.25, 0.125, 0.125], [0.25, 0.125, 0.125]]
                }
            let replica = evaluation.predictor.replica
            let workspace = ShardWorkspace(for: replica.network)
            let moves = Augmentation(mirror: true, translationPixels: 1)
            let loader = try BatchLoader(dataset: evaluation.dataset, augmentation: moves, seed: 0)
            for image in 0..<20 {
                var expected = [Float](repeating: 0, count: 10)
                for (mirrored, row) in weights.enumerated() {
                    for (offset, weight) in zip([0, -1, 1], row) {
                        let placement = Augmentation.Placement(
                            isMirrored: mirrored == 1,
                            rowOffset: offset,
                            columnOffset: offset
                        )
                        let input = workspace.input(batch: 1)
                        loader.load(image, from: evaluation.dataset.test, placed: placement, into: input)
                        let logits = replica.logits(batch: 1, workspace: workspace).array
                        for index in expected.indices { expected[index] += weight * logits[index] }
                    }
                }
                expectClose(found[image], expected, absolute: 1e-5, relative: 1e-5)
            }
        }
    }

    @Test func probabilitiesAreTheSameOnAnyNumberOfRanks() throws {
        try withTemporaryFolder { folder in
            _ = try writeCheckpoint(to: folder)
            let tables = try [1, 3].map { ranks in
                try ThreadCommunicator.run(worldSize: ranks) { communicator in
                    let evaluation = try CheckpointEvaluation(
                        checkpoint: folder,
                        configuration: Self.configuration(overrides: ["parallel.threadsPerRank=\(ranks)"]),
                        communicator: communicator
                    )
                    var probabilities: [[Float]] = []
                    _ = try evaluation.run { probabilities.append(softmax($1)) }
                    return probabilities
                }[0].get()
            }
            #expect(tables[0].count == 360)
            #expect(tables[0] == tables[1])
            #expect(tables[0].allSatisfy { abs($0.reduce(0, +) - 1) < 1e-5 })
        }
    }

    /// The 100 training images of the run, without augmentation.
    @Test func theTrainingImagesCanBeEvaluatedInTheSameWay() throws {
        try withTemporaryFolder { folder in
            let dataset = try DigitsDataset.load().limited(to: 100).testedOnTrainingImages
            let expected = try writeCheckpoint(to: folder, evaluatedOn: dataset)
            let found = try CheckpointEvaluation(
                checkpoint: folder,
                configuration: Self.configuration(),
                communicator: SoloCommunicator()
            ).onTrainingImages.run()
            #expect(found.images.count == 100)
            #expect(found.correct.count == expected.correctCount)
            #expect(abs(found.meanLoss - expected.meanLoss) < 1e-5 * expected.meanLoss)
        }
    }

    private static func configuration(overrides: [String] = []) throws -> Configuration {
        let yaml = """
            dataset: {name: digits, limit: 100}
            network:
              layers:
                - conv2d: {outputChannels: 4, kernel: 3, padding: same}
                - relu
                - flatten
                - linear: {outputFeatures: 10}
            """
        return try Configuration(yaml: yaml, file: "small.yaml", overrides: overrides)
    }

    /// Writes a network's initial weights, and evaluates them image by image.
    private func writeCheckpoint(
        to folder: String,
        evaluatedOn dataset: ImageDataset = DigitsDataset.load()
    ) throws -> (correctCount: Int, meanLoss: Double) {
        let network = try Network(
            [Conv2D(outputChannels: 4, kernel: 3, padding: .same), ReLU(), Flatten(), Linear(outputFeatures: 10)],
            inputShape: .image(height: 8, width: 8, channels: 1),
            classCount: 10,
            maximumBatch: 32
        )
        let replica = Replica(of: network)
        replica.network.initialize(replica.parameters.slice, scheme: .pytorch, seed: 3)
        replica.prepareWeights()
        let model = replica.network.parameters.map {
            NamedTensor(name: $0.name, shape: $0.shape, values: $0.values(in: replica.parameters.slice))
        }
        let snapshot = CheckpointSnapshot(step: 0, epoch: 0, model: model, state: [], counters: [:], environment: [:])
        _ = try CheckpointStore(directory: "\(folder)/checkpoints").write(snapshot)
        return try evaluateOneByOne(replica, dataset)
    }

    private func evaluateOneByOne(
        _ replica: Replica,
        _ dataset: ImageDataset
    ) throws -> (correctCount: Int, meanLoss: Double) {
        let workspace = ShardWorkspace(for: replica.network)
        let loader = try BatchLoader(dataset: dataset, augmentation: .none, seed: 0)
        var (correctCount, lossSum) = (0, 0.0)
        for image in 0..<dataset.test.count {
            workspace.labels.withUnsafeMutableBufferPointer { labels in
                loader.load(
                    [Int32(image)],
                    from: dataset.test,
                    epoch: nil,
                    into: workspace.input(batch: 1),
                    labels: labels
                )
            }
            let logits = replica.logits(batch: 1, workspace: workspace).array.map(Double.init)
            let label = Int(workspace.labels[0])
            let greatest = logits.max() ?? 0
            correctCount += logits.firstIndex(of: greatest) == label ? 1 : 0
            lossSum += greatest - logits[label] + log(logits.reduce(0) { $0 + exp($1 - greatest) })
        }
        return (correctCount, lossSum / Double(dataset.test.count))
    }
}
