/// What an evaluation came to, and what it was of.
public struct EvaluationFigures: Equatable, Sendable {
    /// What a network is evaluated on.
    public enum Samples: String, Sendable {
        case test, validation
    }

    /// What was evaluated on.
    public let samples: Samples
    /// The images' mean loss.
    public let loss: Double
    /// The share of images classified rightly, 0...1.
    public let accuracy: Double

    fileprivate init?(_ samples: Samples, _ loss: Double?, _ accuracy: Double?) {
        guard let loss, let accuracy else { return nil }
        (self.samples, self.loss, self.accuracy) = (samples, loss, accuracy)
    }
}

extension EpochRecord {
    /// The evaluation after the epoch, of whatever it was; nil if there was none.
    public var evaluation: EvaluationFigures? {
        EvaluationFigures(.test, testLoss, testAccuracy)
            ?? EvaluationFigures(.validation, validationLoss, validationAccuracy)
    }
}

extension RunSummary {
    /// The evaluation of the final weights, of whatever it was; nil if there was none.
    public var evaluation: EvaluationFigures? {
        EvaluationFigures(.test, testLoss, testAccuracy)
            ?? EvaluationFigures(.validation, validationLoss, validationAccuracy)
    }
}
