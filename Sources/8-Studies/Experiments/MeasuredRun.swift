import Assembly
import Collectives
import ConfigurationFiles
import Datasets
import Foundation
import Metrics
import ModelCheckpoints
import Networks
import Predictions
import Trials

/// measured.json in a run folder: measurements of a completed run's final weights.
struct MeasuredRun: Codable, Equatable {
    /// The accuracy on test images that are shifted down, up, right and left in turn.
    struct ShiftResult: Codable, Equatable {
        var shiftPixels: Int
        var testAccuracy: Double
    }

    /// How the network responds to shifted images.
    struct Translation: Codable, Equatable {
        var shifts: [ShiftResult]
        var layers: [Equivariance.LayerResult]
    }

    /// SHA-256 of the measured weights, as in summary.json.
    var weightsSha256: String?
    /// The accuracy on the training images, without augmentation.
    var trainingAccuracy: Double
    /// nil if no experiment needs it.
    var translation: Translation?

    /// The shifts in columns with which layers are measured: strides of pooling layers, and 1, which is smaller than
    /// these.
    static let equivarianceShifts = [1, 2, 4]

    static func path(in folder: TrialFolder) -> String { folder.path + "/measured.json" }

    /// Reads the measurements of a run's final weights.
    ///
    /// - Returns: nil if there are none, or if they are of other weights or shifts.
    static func read(
        _ folder: TrialFolder,
        summary: RunSummary,
        options: ExperimentFile.Translation?
    ) -> MeasuredRun? {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: path(in: folder))),
            let record = try? JSON.value(MeasuredRun.self, from: data),
            record.weightsSha256 == summary.weightsSha256
        else { return nil }
        if let options, record.translation?.shifts.map(\.shiftPixels) != options.shiftPixels { return nil }
        return record
    }

    /// Measures a completed run's final weights, and writes the file.
    static func measure(
        _ folder: TrialFolder,
        summary: RunSummary,
        options: ExperimentFile.Translation?
    ) throws {
        let configuration = try Configuration.load(path: folder.path + "/" + Configuration.fileName)
        let evaluation = try CheckpointEvaluation(
            checkpoint: folder.path,
            configuration: configuration,
            communicator: SoloCommunicator()
        )
        let record = MeasuredRun(
            weightsSha256: summary.weightsSha256,
            trainingAccuracy: try evaluation.onTrainingImages.run().accuracy,
            translation: try options.map { try translation(of: folder, configuration, evaluation, $0) }
        )
        try JSON.data(record, pretty: true).write(to: URL(fileURLWithPath: path(in: folder)), options: .atomic)
    }

    private static func translation(
        of folder: TrialFolder,
        _ configuration: Configuration,
        _ evaluation: CheckpointEvaluation,
        _ options: ExperimentFile.Translation
    ) throws -> Translation {
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
        return Translation(shifts: shifts, layers: layers)
    }
}
