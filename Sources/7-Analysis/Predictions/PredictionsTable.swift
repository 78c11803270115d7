import Foundation
import Metrics

/// Every image's answer as a file for spreadsheets (RFC 4180): index, path, label, answer, and each class's probability.
package struct PredictionsTable {
    /// What is kept of each class.
    package enum Content: String, Sendable {
        case probability
        case logit
    }

    private let classNames: [String]
    private let content: Content
    private var rows: [[String]]

    /// A table without rows.
    ///
    /// - Parameters:
    ///   - classNames: The name of each class, by label.
    ///   - content: What is kept of each class; by default its probability.
    package init(classNames: [String], content: Content = .probability) {
        self.classNames = classNames
        self.content = content
        rows = [["index", "path", "label", "answer"] + classNames.map { "\(content.rawValue):\($0)" }]
    }

    /// Adds an image.
    ///
    /// - Parameters:
    ///   - index: Its position among the images.
    ///   - path: Its file; nil where it has none of its own.
    ///   - label: The class that it shows; nil where nobody knows.
    ///   - logits: One for each class.
    package mutating func add(index: Int, path: String?, label: Int?, logits: ArraySlice<Float>) {
        let label = label.map { classNames[$0] } ?? ""
        let answer = classNames[largest(of: logits)]
        let values = content == .logit ? Array(logits) : softmax(logits)
        rows.append(["\(index)", path ?? "", label, answer] + values.map { "\($0)" })
    }

    /// The file's text.
    package var text: String { CSV.text(rows) }

    /// Writes the file: the whole or, if that fails, none of it.
    ///
    /// - Parameter path: The file; an older one is replaced.
    /// - Throws: `PredictionsError.unwritable`.
    package func write(to path: String) throws(PredictionsError) {
        try PredictionsError.write(Data(text.utf8), to: path)
    }
}
