import Formatting
import Foundation
import Metrics
import Statistics

extension TestAnswers {
    /// With more classes, the matrix is replaced by a list of the most frequent mistakes.
    private static let matrixClassLimit = 20
    private static let confusionLimit = 20
    /// With more classes, only the least recognized are listed.
    private static let classLimit = 100

    /// The result in one line.
    package var line: String {
        "test accuracy \(Format.fixed(accuracy, digits: 4)), test loss \(Format.fixed(meanLoss, digits: 4)) over "
            + "\(images.count) images, expected calibration error \(Format.fixed(calibration.expectedError, digits: 4))"
    }

    /// The result as text: a line, a table of the classes, and the confusion matrix.
    package var text: String {
        let confusion = confusion
        let mistakes = classNames.count <= Self.matrixClassLimit ? matrixLines(confusion) : confusionLines(confusion)
        return ([line, ""] + classLines(confusion) + [""] + mistakes).joined(separator: "\n")
    }

    private func classLines(_ confusion: ConfusionMatrix) -> [String] {
        let labels = weakestClasses(confusion, count: Self.classLimit)
        let rows = labels.map { label in
            let (recognized, precision) = (confusion.recognized(label), confusion.precision(label))
            let interval = recognized.interval.map { "\(share($0.lowerBound)) to \(share($0.upperBound))" }
            return [
                Format.plain(classNames[label]), Format.grouped(recognized.total), share(recognized.share),
                interval ?? "-",
                share(precision.share),
            ]
        }
        let header = ["class", "images", "accuracy", "95 % interval", "precision"]
        let rest = classNames.count - labels.count
        return TextTable.lines([header] + rows, textColumns: [0])
            + (rest == 0 ? [] : ["and \(Format.grouped(rest)) classes that are recognized more often"])
    }

    /// All classes by label or, if there are too many, the least recognized ones, the worst first.
    func weakestClasses(_ confusion: ConfusionMatrix, count: Int) -> [Int] {
        guard classNames.count > count else { return Array(classNames.indices) }
        let shares = classNames.indices.map { confusion.recognized($0).share ?? 2 }
        return Array(classNames.indices.sorted { (shares[$0], $0) < (shares[$1], $1) }.prefix(count))
    }

    /// One row per class; the columns have the classes' numbers, so that long names fit.
    private func matrixLines(_ confusion: ConfusionMatrix) -> [String] {
        let rows = classNames.indices.map { label in
            ["\(label)", Format.plain(classNames[label])] + confusion.row(label).map { $0 == 0 ? "." : "\($0)" }
        }
        let header = ["", "taken for"] + classNames.indices.map { "\($0)" }
        return TextTable.lines([header] + rows, textColumns: [1])
    }

    private func confusionLines(_ confusion: ConfusionMatrix) -> [String] {
        let rows = confusion.mostFrequent(Self.confusionLimit).map {
            [Format.plain(classNames[$0.label]), Format.plain(classNames[$0.answer]), "\($0.count)"]
        }
        return TextTable.lines([["class", "taken for", "images"]] + rows, textColumns: [0, 1])
    }

    private func share(_ value: Double?) -> String { value.map { Format.fixed($0, digits: 4) } ?? "-" }
}

extension TestAnswers {
    /// The result as JSON.
    ///
    /// - Parameter checkpoint: The checkpoint that was evaluated.
    /// - Returns: A JSON object on one line.
    /// - Throws: `EncodingError`.
    package func json(checkpoint: String? = nil) throws -> String {
        let confusion = confusion
        let classes = classNames.enumerated().map { label, name in
            let recognized = confusion.recognized(label)
            return Document.Class(
                name: name,
                images: recognized.total,
                accuracy: recognized.share,
                interval: recognized.interval.map { [$0.lowerBound, $0.upperBound] },
                precision: confusion.precision(label).share
            )
        }
        let document = Document(
            checkpoint: checkpoint,
            images: images.count,
            testAccuracy: accuracy,
            testLoss: meanLoss,
            expectedCalibrationError: calibration.expectedError,
            classes: classes,
            confusionMatrix: classNames.indices.map(confusion.row)
        )
        return String(decoding: try JSON.data(document), as: UTF8.self)
    }

    private struct Document: Encodable {
        struct Class: Encodable {
            let name: String
            let images: Int
            let accuracy: Double?
            let interval: [Double]?
            let precision: Double?
        }

        let checkpoint: String?
        let images: Int
        let testAccuracy: Double
        let testLoss: Double
        let expectedCalibrationError: Double
        let classes: [Class]
        /// A row for each class, a column for each answer.
        let confusionMatrix: [[Int]]
    }
}
