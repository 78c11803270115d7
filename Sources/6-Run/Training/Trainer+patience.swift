import ConfigurationFiles
import Formatting

/// Early stopping: `training.patience`.
///
/// It depends on evaluations alone, which are the same on every rank and after any stop.
extension Trainer {
    /// Whether the weights after so many epochs are evaluated, however long this process is to train.
    func isEvaluationDue(afterEpoch epochCount: Int) -> Bool {
        epochCount % configuration.evaluation.everyEpochs == 0 || epochCount == configuration.training.epochs
    }

    /// Whether `training.patience` epochs have brought no better accuracy, so that training ends.
    var hasRunOutOfPatience: Bool {
        progress.hasRunOutOfPatience(
            configuration.training.patience,
            epoch: epoch,
            everyEpochs: configuration.evaluation.everyEpochs
        )
    }

    /// Why training ended before its last epoch, in words.
    var endOfPatience: String {
        let patience = Format.count(configuration.training.patience ?? 0, "epoch")
        let samples = configuration.evaluation.samples.rawValue
        let best = progress.best.map { ", best after epoch \($0.epoch)" } ?? ""
        return "no better \(samples) accuracy for \(patience)\(best) (training.patience)"
    }
}
