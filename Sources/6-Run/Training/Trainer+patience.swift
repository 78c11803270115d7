import ConfigurationFiles
import Formatting

/// Early stopping: `training.patience`.
///
/// It depends on evaluations alone, which are the same on every rank and after any stop.
extension Trainer {
    /// Whether to evaluate after `epochCount` epochs; independent of `--max-steps` and the like.
    func isEvaluationDue(afterEpoch epochCount: Int) -> Bool {
        epochCount % configuration.evaluation.everyEpochs == 0 || epochCount == configuration.training.epochs
    }

    /// Whether accuracy hasn't improved for `training.patience` epochs, so that training ends.
    var hasRunOutOfPatience: Bool {
        progress.hasRunOutOfPatience(
            configuration.training.patience,
            epoch: epoch,
            everyEpochs: configuration.evaluation.everyEpochs
        )
    }

    /// The message about the end, for the user.
    var endOfPatience: String {
        let patience = Format.count(configuration.training.patience ?? 0, "epoch")
        let samples = configuration.evaluation.samples.rawValue
        let best = progress.best.map { ", best after epoch \($0.epoch)" } ?? ""
        return "no better \(samples) accuracy for \(patience)\(best) (training.patience)"
    }
}
