package import Statistics

/// How often images of each class were classified as each class.
package struct ConfusionMatrix: Sendable, Equatable {
    /// The number of classes.
    package let classCount: Int
    private var counts: [Int]

    init(_ answers: TestAnswers) {
        classCount = answers.classNames.count
        counts = Array(repeating: 0, count: classCount * classCount)
        for image in answers.images { counts[image.label * classCount + image.answer] += 1 }
    }

    /// The number of images of a class `label` that were classified as `answer`.
    package subscript(label: Int, answer: Int) -> Int { counts[label * classCount + answer] }

    /// The counts for a class, by answer.
    package func row(_ label: Int) -> [Int] { Array(counts[label * classCount..<(label + 1) * classCount]) }

    /// The correctly classified images of a class: its accuracy, or recall.
    package func recognized(_ label: Int) -> Proportion {
        Proportion(self[label, label], of: row(label).reduce(0, +))
    }

    /// The correct answers of a class: its precision.
    package func precision(_ label: Int) -> Proportion {
        Proportion(self[label, label], of: (0..<classCount).reduce(0) { $0 + self[$1, label] })
    }

    /// Images of one class that were classified as another.
    package struct Confusion: Sendable, Equatable {
        package let label: Int
        package let answer: Int
        package let count: Int
    }

    /// The most frequent mistakes, in the order of decreasing frequency, and of the classes if equal.
    ///
    /// - Parameter count: The largest number of mistakes.
    /// - Returns: Pairs of different classes.
    package func mostFrequent(_ count: Int) -> [Confusion] {
        let all = (0..<classCount).flatMap { label in
            (0..<classCount).compactMap { answer in
                label == answer || self[label, answer] == 0
                    ? nil : Confusion(label: label, answer: answer, count: self[label, answer])
            }
        }
        return Array(all.sorted { ($0.count, $1.label, $1.answer) > ($1.count, $0.label, $0.answer) }.prefix(count))
    }
}
