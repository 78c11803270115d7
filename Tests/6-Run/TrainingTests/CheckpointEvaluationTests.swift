import Checkpoints
import Collectives
import Configuration
import Datasets
import Foundation
import Networks
import Tensors
import TestSupport
import Testing
import Training

@Suite struct CheckpointEvaluationTests {
    /// 360 images in 12 chunks, of which 4 ranks have three each and 5 ranks don't all have as many.
    @Test func everyTestImageCountsOnceOnAnyNumberOfRanks() throws {
        try withTemporaryFolder { folder in
            let expected = try writeCheckpoint(to: folder)
            let alone = try CheckpointEvaluation(
                checkpoint: folder,
                configuration: SmallRun().configuration,
                communicator: SoloCommunicator()
            ).run()
            #expect(alone.imageCount == 360)
            #expect((alone.accuracy * 360).rounded() == Double(expected.correctCount))
            #expect(abs(alone.meanLoss - expected.meanLoss) < 1e-5 * expected.meanLoss)
            for ranks in 1...5 {
                let results = ThreadCommunicator.run(worldSize: ranks) { communicator in
                    try CheckpointEvaluation(
                        checkpoint: folder,
                        configuration: SmallRun().configuration,
                        communicator: communicator
                    ).run()
                }
                for result in results { #expect(try result.get() == alone) }
            }
        }
    }

    /// Keeps a network's initial weights, and evaluates them image by image.
    private func writeCheckpoint(to folder: String) throws -> (correctCount: Int, meanLoss: Double) {
        let run = try SmallRun()
        let replica = Replica(of: try run.network())
        replica.network.initialize(replica.parameters.slice, scheme: .pytorch, seed: 3)
        replica.prepareWeights()
        let model = replica.network.parameters.map {
            NamedTensor(name: $0.name, shape: $0.shape, values: $0.values(in: replica.parameters.slice))
        }
        let snapshot = CheckpointSnapshot(step: 0, epoch: 0, model: model, state: [], counters: [:], environment: [:])
        _ = try CheckpointStore(directory: "\(folder)/checkpoints").write(snapshot)
        return try evaluateOneByOne(replica, DigitsDataset.load())
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
