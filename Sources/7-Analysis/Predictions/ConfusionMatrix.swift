package import Statistics

/// How often each class was taken for each.
package struct ConfusionMatrix: Sendable, Equatable {
    /// How many classes there are.
    package let classCount: Int
    private var counts: [Int]

    init(_ answers: TestAnswers) {
        classCount = answers.classNames.count
        counts = Array(repeating: 0, count: classCount * classCount)
        for image in answers.images { counts[image.label * classCount + image.answer] += 1 }
    }

    /// Images of a class that were taken for another, or for it.
    package subscript(label: Int, answer: Int) -> Int { counts[label * classCount + answer] }

    /// A class's counts, by answer.
    package func row(_ label: Int) -> [Int] { Array(counts[label * classCount..<(label + 1) * classCount]) }

    /// Images of a class that were recognized: its accuracy, or recall.
    package func recognized(_ label: Int) -> Proportion {
        Proportion(self[label, label], of: row(label).reduce(0, +))
    }

    /// Answers of a class that were right: its precision.
    package func precision(_ label: Int) -> Proportion {
        Proportion(self[label, label], of: (0..<classCount).reduce(0) { $0 + self[$1, label] })
    }

    /// Images of one class that were taken for another.
    package struct Confusion: Sendable, Equatable {
        package let label: Int
        package let answer: Int
        package let count: Int
    }

    /// The most frequent mistakes, the most frequent first; of equals the first classes'.
    ///
    /// - Parameter count: How many at most.
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
