import Assembly
import Checkpoints
package import Collectives
package import ConfigurationFiles
import Foundation
import GradientReduction
import ModelCheckpoints
import Networks
import Processes
import Tensors
package import Training

/// The digests of a run's tensors, step by step, which `verify` compares between numbers of ranks.
package struct StepDigests: Equatable, Sendable {
    /// A digest of one step.
    package struct Entry: Equatable, Sendable {
        /// Steps done, from 1.
        package let step: Int
        /// A tensor's name, or `loss`.
        package let name: String
        /// The digest in hexadecimal; for the loss its bits.
        package let digest: String
    }

    /// The entries in the order of computation: the loss, then the tensors in the network's order.
    package let entries: [Entry]

    private static let fileName = "digests.txt"

    /// Makes the first steps of a run, and writes the digests and a checkpoint of the last step.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - configuration: The configuration.
    ///   - stepCount: The number of steps.
    ///   - folder: An existing folder, to which rank 0 writes.
    ///   - communicator: The ranks.
    /// - Throws: The typed errors of the modules below.
    package static func record(
        configuration: Configuration,
        stepCount: Int,
        folder: String,
        communicator: any Communicator
    ) throws {
        communicator.timeout = .seconds(configuration.parallel.timeoutSeconds)
        try NumericsAgreement().check(over: communicator)
        let trainer = try Trainer(
            configuration: configuration,
            network: configuration.makeNetwork(worldSize: communicator.worldSize),
            dataset: communicator.keepingInTouch { try configuration.loadDataset() },
            communicator: communicator
        )
        var entries: [Entry] = []
        for step in 1...stepCount {
            let result = try trainer.step(stopReason: nil)
            let loss = String(result.meanLoss.bitPattern, radix: 16)
            entries.append(Entry(step: step, name: "loss", digest: loss))
            entries += trainer.replica.tensorFingerprints.map { name, digest in
                Entry(step: step, name: name, digest: String(digest, radix: 16))
            }
        }
        try trainer.checkReplicasAgree()
        let recorded = entries
        _ = try communicator.keepingInTouch(onRank: 0) { try write(recorded, of: trainer, to: folder) }
    }

    private static func write(_ entries: [Entry], of trainer: Trainer, to folder: String) throws {
        let contents = CheckpointContents(
            replica: trainer.replica,
            optimizer: trainer.optimizer,
            average: trainer.average
        )
        _ = try CheckpointStore(directory: folder + "/" + CheckpointStore.folderName).write(
            CheckpointSnapshot(
                step: trainer.progress.step,
                epoch: trainer.epoch,
                model: contents.model,
                state: contents.state,
                counters: trainer.progress.counters,
                environment: trainer.environment.numerics
            )
        )
        let lines = entries.map { "\($0.step) \($0.name) \($0.digest)\n" }
        do {
            try lines.joined().write(toFile: "\(folder)/\(fileName)", atomically: true, encoding: .utf8)
        } catch {
            throw TrainingError.runFolder(
                path: folder,
                reason: "the digests can't be written: \(error.systemReason)"
            )
        }
    }

    /// Reads the digests written by `record`.
    ///
    /// - Parameter folder: The folder that was passed to `record`.
    /// - Throws: `TrainingError.runFolder` if there are none.
    package init(folder: String) throws(TrainingError) {
        guard let text = try? String(contentsOfFile: "\(folder)/\(Self.fileName)", encoding: .utf8) else {
            throw .runFolder(path: folder, reason: "the ranks wrote no digests")
        }
        entries = text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 3, let step = Int(words[0]) else { return nil }
            return Entry(step: step, name: String(words[1]), digest: String(words[2]))
        }
    }

    /// The first entry in which another run differs.
    ///
    /// - Parameter other: The digests of the same steps.
    /// - Returns: The entry; nil if all are equal.
    package func firstDifference(from other: StepDigests) -> Entry? {
        zip(entries, other.entries).first { $0 != $1 }?.0
    }
}
