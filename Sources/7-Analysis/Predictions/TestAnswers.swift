package import Statistics

/// A network's answers for all test images.
package struct TestAnswers: Sendable, Equatable {
    /// One image's answer.
    package struct Answer: Sendable, Equatable {
        /// The image's position in the test set.
        package let index: Int
        /// The true class.
        package let label: Int
        /// The predicted class.
        package let answer: Int
        /// The probability of the predicted class.
        package let probability: Float

        package init(index: Int, label: Int, answer: Int, probability: Float) {
            self.index = index
            self.label = label
            self.answer = answer
            self.probability = probability
        }

        package var isCorrect: Bool { answer == label }
    }

    /// The name of each class, by label.
    package let classNames: [String]
    /// The answers in the order of the images, repeated for each direction in which the images were shifted.
    package internal(set) var images: [Answer] = []
    /// The sum of the images' cross-entropies in nats, without label smoothing.
    var lossSum = 0.0

    init(classNames: [String]) { self.classNames = classNames }

    /// Answers that were computed elsewhere.
    package init(classNames: [String], images: [Answer], lossSum: Double) {
        self.classNames = classNames
        self.images = images
        self.lossSum = lossSum
    }

    /// The mean cross-entropy in nats, without label smoothing.
    package var meanLoss: Double { lossSum / Double(images.count) }
    /// The fraction of images whose class has the largest logit.
    package var accuracy: Double { correct.share ?? 0 }
    /// The correctly classified images.
    package var correct: Proportion { Proportion(images.count(where: \.isCorrect), of: images.count) }
    /// How often images of each class were classified as each class.
    package var confusion: ConfusionMatrix { ConfusionMatrix(self) }
    /// How well probabilities match the accuracy.
    package var calibration: Calibration { Calibration(self) }

    /// The wrong answers with the highest probabilities, in decreasing order; of equal ones the first image's.
    ///
    /// - Parameter count: The largest number of answers.
    /// - Returns: Wrong answers.
    package func surestMistakes(_ count: Int) -> [Answer] {
        let mistakes = images.filter { !$0.isCorrect }
        return Array(mistakes.sorted { ($0.probability, $1.index) > ($1.probability, $0.index) }.prefix(count))
    }
}
