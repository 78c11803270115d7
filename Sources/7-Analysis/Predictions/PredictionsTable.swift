import Foundation
import Metrics

/// The answers for all images as comma-separated values (RFC 4180): index, path, label, answer, and each class's
/// probability.
package struct PredictionsTable {
    /// The values for each class.
    package enum Content: String, Sendable {
        case probability
        case logit
    }

    private let classNames: [String]
    private let content: Content
    private var rows: [[String]]

    /// An empty table.
    ///
    /// - Parameters:
    ///   - classNames: The name of each class, by label.
    ///   - content: The values for each class; by default probabilities.
    package init(classNames: [String], content: Content = .probability) {
        self.classNames = classNames
        self.content = content
        rows = [["index", "path", "label", "answer"] + classNames.map { "\(content.rawValue):\($0)" }]
    }

    /// Adds an image.
    ///
    /// - Parameters:
    ///   - index: Its position among the images.
    ///   - path: Its file; nil if it isn't a file of its own.
    ///   - label: Its true class; nil if it is unknown.
    ///   - logits: One logit for each class.
    package mutating func add(index: Int, path: String?, label: Int?, logits: ArraySlice<Float>) {
        let label = label.map { classNames[$0] } ?? ""
        let answer = classNames[largest(of: logits)]
        let values = content == .logit ? Array(logits) : softmax(logits)
        rows.append(["\(index)", path ?? "", label, answer] + values.map { "\($0)" })
    }

    /// The file's text.
    package var text: String { CSV.text(rows) }

    /// Writes the file, completely or not at all.
    ///
    /// - Parameter path: The file, which is replaced if it exists.
    /// - Throws: `PredictionsError.unwritable`.
    package func write(to path: String) throws(PredictionsError) {
        try PredictionsError.write(Data(text.utf8), to: path)
    }
}
