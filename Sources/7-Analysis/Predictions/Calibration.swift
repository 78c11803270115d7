package import Statistics

/// How well probabilities match the accuracy: of the answers with probability 0.9, 90 % should be correct.
///
/// As in Guo et al., "On calibration of modern neural networks", 2017, section 2, with fifteen bins of equal width.
package struct Calibration: Sendable, Equatable {
    /// Answers with similar probabilities.
    package struct Bin: Sendable, Equatable {
        /// The probabilities in this bin; the lower bound isn't included.
        package let range: ClosedRange<Double>
        /// How many of the answers are correct.
        package let correct: Proportion
        /// Their mean probability; nil without answers.
        package let meanProbability: Double?
    }

    package static let binCount = 15

    /// The bins, from 0 to 1.
    package let bins: [Bin]

    init(_ answers: TestAnswers) {
        var counts = Array(repeating: (correct: 0, total: 0, sum: 0.0), count: Self.binCount)
        for image in answers.images {
            let position = (Double(image.probability) * Double(Self.binCount)).rounded(.up) - 1
            let bin = image.probability.isFinite ? min(max(Int(position), 0), Self.binCount - 1) : 0
            counts[bin].correct += image.isCorrect ? 1 : 0
            counts[bin].total += 1
            counts[bin].sum += Double(image.probability)
        }
        bins = counts.enumerated().map { index, count in
            Bin(
                range: Double(index) / Double(Self.binCount)...Double(index + 1) / Double(Self.binCount),
                correct: Proportion(count.correct, of: count.total),
                meanProbability: count.total == 0 ? nil : count.sum / Double(count.total)
            )
        }
    }

    /// The expected calibration error: the mean difference between accuracy and mean probability of a bin, weighted by
    /// its number of answers (equation 3).
    package var expectedError: Double {
        let total = bins.reduce(0) { $0 + $1.correct.total }
        return bins.reduce(0) { sum, bin in
            guard let share = bin.correct.share, let probability = bin.meanProbability else { return sum }
            return sum + abs(share - probability) * Double(bin.correct.total) / Double(total)
        }
    }

    /// The mean probability minus the accuracy, over all answers; above 0 for an overconfident network.
    package var overconfidence: Double {
        let total = bins.reduce(0) { $0 + $1.correct.total }
        return bins.reduce(0) { sum, bin in
            guard let share = bin.correct.share, let probability = bin.meanProbability else { return sum }
            return sum + (probability - share) * Double(bin.correct.total) / Double(total)
        }
    }
}
