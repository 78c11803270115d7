import Foundation
import Predictions
import Statistics
import Testing

@Suite(.timeLimit(.minutes(10))) struct TestAnswersTests {
    /// Three classes and seven images: cats are recognized twice and classified as a dog once, dogs once and once, no
    /// bird is recognized.
    static let answers = TestAnswers(
        classNames: ["cat", "dog", "bird"],
        images: [
            (0, 0, 0.95), (0, 0, 0.62), (0, 1, 0.9), (1, 1, 0.5), (1, 0, 0.7), (2, 0, 0.7), (2, 1, 0.375),
        ].enumerated().map { index, image in
            TestAnswers.Answer(index: index, label: image.0, answer: image.1, probability: image.2)
        },
        lossSum: 3.5
    )

    @Test func theConfusionMatrixCountsEveryImageOnce() {
        let confusion = Self.answers.confusion
        #expect((0..<3).map(confusion.row) == [[2, 1, 0], [1, 1, 0], [1, 1, 0]])
        #expect((0..<3).map { confusion.recognized($0).share } == [2.0 / 3, 0.5, 0])
        #expect((0..<3).map { confusion.precision($0).share } == [0.5, 1.0 / 3, nil])
        #expect(confusion.mostFrequent(2).map { [$0.label, $0.answer, $0.count] } == [[0, 1, 1], [1, 0, 1]])
    }

    @Test func theSurestMistakesComeFirst() {
        #expect(Self.answers.surestMistakes(3).map(\.index) == [2, 4, 5])
        #expect(Self.answers.surestMistakes(100).map(\.index) == [2, 4, 5, 6])
    }

    @Test func accuracyAndLossAreMeans() {
        #expect(Self.answers.accuracy == 3.0 / 7)
        #expect(Self.answers.meanLoss == 0.5)
    }

    /// By hand: the bins of width 1/15 contain 0.375 (wrong), 0.5 (right), 0.62 (right), 0.7 twice (wrong), 0.9
    /// (wrong), 0.95 (right); the gaps 0.375 + 0.5 + 0.38 + 2 · 0.7 + 0.9 + 0.05 = 3.605, over seven answers.
    @Test func theCalibrationErrorIsTheMeanGap() {
        let calibration = Self.answers.calibration
        #expect(calibration.bins.map(\.correct.total) == [0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 2, 0, 0, 1, 1])
        #expect(abs(calibration.expectedError - 3.605 / 7) < 1e-6)
        // The probabilities sum to 4.745, and 3 answers are right.
        #expect(abs(calibration.overconfidence - 1.745 / 7) < 1e-6)
    }

    @Test func theTextShowsClassesAndConfusions() {
        let lines = Self.answers.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(
            lines == [
                "test accuracy 0.4286, test loss 0.5000 over 7 images, expected calibration error 0.5150",
                "",
                "class  images  accuracy     95 % interval  precision",
                "cat         3    0.6667  0.2077 to 0.9385     0.5000",
                "dog         2    0.5000  0.0945 to 0.9055     0.3333",
                "bird        2    0.0000  0.0000 to 0.6576          -",
                "",
                "   taken for  0  1  2",
                "0  cat        2  1  .",
                "1  dog        1  1  .",
                "2  bird       1  1  .",
            ]
        )
    }

    @Test func manyClassesAreListedByTheirWorst() {
        let count = 150
        let answers = TestAnswers(
            classNames: (0..<count).map { "class-\($0)" },
            images: (0..<count).map {
                TestAnswers.Answer(index: $0, label: $0, answer: $0 == 77 ? 3 : $0, probability: 0.5)
            },
            lossSum: 1
        )
        let text = answers.text
        #expect(text.contains("and 50 classes that are recognized more often"))
        #expect(text.contains("class-77  class-3         1"))
        #expect(text.split(separator: "\n").dropFirst(2).first?.hasPrefix("class-77") == true)
    }

    @Test func controlCharactersInNamesAreNotPrinted() {
        let answers = TestAnswers(
            classNames: ["a\u{1B}[2Jb\n"],
            images: [TestAnswers.Answer(index: 0, label: 0, answer: 0, probability: 1)],
            lossSum: 0
        )
        #expect(answers.text.contains("a?[2Jb?"))
        #expect(!answers.text.contains("\u{1B}"))
    }

    @Test func theJSONContainsEveryCount() throws {
        struct Document: Decodable {
            struct Class: Decodable {
                let name: String
                let images: Int
                let accuracy: Double?
                let interval: [Double]?
            }
            let images: Int
            let test_accuracy: Double
            let classes: [Class]
            let confusion_matrix: [[Int]]
        }
        let document = try JSONDecoder().decode(Document.self, from: Data(Self.answers.json().utf8))
        #expect(document.images == 7)
        #expect(document.test_accuracy == 3.0 / 7)
        #expect(document.confusion_matrix == [[2, 1, 0], [1, 1, 0], [1, 1, 0]])
        #expect(document.classes.map(\.name) == ["cat", "dog", "bird"])
        #expect(document.classes.map(\.images) == [3, 2, 2])
        #expect(document.classes[1].interval?.count == 2)
    }
}
