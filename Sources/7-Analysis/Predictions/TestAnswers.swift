package import Statistics

/// What a network answered to each test image.
package struct TestAnswers: Sendable, Equatable {
    /// One image's answer.
    package struct Answer: Sendable, Equatable {
        /// The image's position in the test set.
        package let index: Int
        /// The class that it shows.
        package let label: Int
        /// The class that the network takes it for.
        package let answer: Int
        /// The probability that the network gives its answer.
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
    /// The answers in the order of the images, once for each direction in which the images were moved.
    package internal(set) var images: [Answer] = []
    /// The sum of the images' cross-entropies in nats, without label smoothing.
    var lossSum = 0.0

    init(classNames: [String]) { self.classNames = classNames }

    /// Answers that somebody else computed.
    package init(classNames: [String], images: [Answer], lossSum: Double) {
        self.classNames = classNames
        self.images = images
        self.lossSum = lossSum
    }

    /// The mean cross-entropy in nats, without label smoothing.
    package var meanLoss: Double { lossSum / Double(images.count) }
    /// The share of images whose class has the largest logit.
    package var accuracy: Double { correct.share ?? 0 }
    /// How many images were answered right.
    package var correct: Proportion { Proportion(images.count(where: \.isCorrect), of: images.count) }
    /// What each class was taken for.
    package var confusion: ConfusionMatrix { ConfusionMatrix(self) }
    /// Whether probabilities are what they say.
    package var calibration: Calibration { Calibration(self) }

    /// The wrong answers with the highest probabilities, the surest first; of equals the first image's.
    ///
    /// - Parameter count: How many at most.
    /// - Returns: Answers that are not the image's class.
    package func surestMistakes(_ count: Int) -> [Answer] {
        let mistakes = images.filter { !$0.isCorrect }
        return Array(mistakes.sorted { ($0.probability, $1.index) > ($1.probability, $0.index) }.prefix(count))
    }
}
