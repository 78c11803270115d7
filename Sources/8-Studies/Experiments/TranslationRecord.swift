import Collectives
import Configuration
import Datasets
import Foundation
import Metrics
import Networks
import Predictions
import Training
import Trials

/// translation.json in a run folder: how the trained network takes images that move.
struct TranslationRecord: Codable, Equatable {
    /// The accuracy on test images that are moved down, up, right and left in turn.
    struct ShiftResult: Codable, Equatable {
        var shiftPixels: Int
        var testAccuracy: Double
    }

    /// SHA-256 of the weights that were measured, as summary.json has it.
    var weightsSha256: String?
    var shifts: [ShiftResult]
    var layers: [Equivariance.LayerResult]

    /// By how many columns images move when layers are measured: strides of poolings, and 1, which is none.
    static let equivarianceShifts = [1, 2, 4]

    static func path(in folder: TrialFolder) -> String { folder.path + "/translation.json" }

    /// Reads what was measured of a run's final weights.
    ///
    /// - Returns: nil where nothing was, or of other weights or shifts.
    static func read(_ folder: TrialFolder, summary: RunSummary, shiftPixels: [Int]) -> TranslationRecord? {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path(in: folder))),
            let record = try? JSON.value(TranslationRecord.self, from: data),
            record.weightsSha256 == summary.weightsSha256, record.shifts.map(\.shiftPixels) == shiftPixels
        else { return nil }
        return record
    }

    /// Measures a completed run's final weights, and writes the file.
    static func measure(
        _ folder: TrialFolder,
        summary: RunSummary,
        options: ExperimentFile.Translation
    ) throws {
        let configuration = try Configuration.load(path: folder.path + "/config.yaml")
        let evaluation = try CheckpointEvaluation(
            checkpoint: folder.path,
            configuration: configuration,
            communicator: SoloCommunicator()
        )
        let shifts = try options.shiftPixels.map {
            ShiftResult(shiftPixels: $0, testAccuracy: try evaluation.run(shiftPixels: $0).accuracy)
        }
        let dataset = try configuration.dataset.load()
        let replica = Replica(
            of: try configuration.makeNetwork(maximumBatch: Equivariance.batchSize, fusesLayers: false)
        )
        try replica.restore(from: folder.path)
        let layers = try equivarianceShifts.filter { 2 * $0 < dataset.shape.width }.flatMap {
            try Equivariance.measure(
                replica,
                on: dataset,
                imageCount: options.equivarianceImages,
                shiftPixels: $0
            )
        }
        let record = TranslationRecord(weightsSha256: summary.weightsSha256, shifts: shifts, layers: layers)
        try JSON.data(record, pretty: true).write(to: URL(fileURLWithPath: path(in: folder)), options: .atomic)
    }
}
