/// The result of an evaluation, and the images it was made on.
package struct EvaluationFigures: Equatable, Sendable {
    /// The images for evaluation.
    package enum Samples: String, Sendable {
        case test, validation
    }

    /// The images of this evaluation.
    package let samples: Samples
    /// Mean loss of the images.
    package let loss: Double
    /// Fraction of the images that were classified correctly, 0...1.
    package let accuracy: Double

    fileprivate init?(_ samples: Samples, _ loss: Double?, _ accuracy: Double?) {
        guard let loss, let accuracy else { return nil }
        (self.samples, self.loss, self.accuracy) = (samples, loss, accuracy)
    }
}

extension EpochRecord {
    /// The evaluation after the epoch, on test or validation images; nil if there was none.
    package var evaluation: EvaluationFigures? {
        EvaluationFigures(.test, testLoss, testAccuracy)
            ?? EvaluationFigures(.validation, validationLoss, validationAccuracy)
    }
}

extension RunSummary {
    /// The evaluation with the final weights, on test or validation images; nil if there was none.
    package var evaluation: EvaluationFigures? {
        EvaluationFigures(.test, testLoss, testAccuracy)
            ?? EvaluationFigures(.validation, validationLoss, validationAccuracy)
    }
}
