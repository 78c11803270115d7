import Formatting
package import Metrics

/// Runs side by side.
package struct ComparisonTable: Equatable, Sendable {
    /// A run that could be read.
    package struct Row: Equatable, Sendable {
        /// The run's folder, as it was given.
        package let path: String
        /// What the run came to.
        package let summary: RunSummary
    }

    /// A run that couldn't.
    package struct Failure: Equatable, Sendable {
        /// The run's folder, as it was given.
        package let path: String
        /// What is missing or broken.
        package let error: ReportsError
    }

    /// The runs that could be read, in the order given.
    package let rows: [Row]
    /// The runs that couldn't, in the order given.
    package let failures: [Failure]

    /// Reads the summaries of some runs.
    ///
    /// - Parameter paths: The runs' folders.
    package init(paths: [String]) {
        var rows: [Row] = []
        var failures: [Failure] = []
        for path in paths {
            do throws(ReportsError) {
                rows.append(Row(path: path, summary: try RecordedRun(path: path).summary()))
            } catch {
                failures.append(Failure(path: path, error: error))
            }
        }
        self.rows = rows
        self.failures = failures
    }

    /// The verdict on exactly two runs, in words: which is more accurate, and what it costs.
    ///
    /// nil unless there are two runs, both evaluated on the same images.
    package var verdict: String? {
        let evaluations = rows.compactMap(\.summary.evaluation)
        guard rows.count == 2, evaluations.count == 2, evaluations[0].samples == evaluations[1].samples
        else { return nil }
        let (first, second, samples) = (evaluations[0].accuracy, evaluations[1].accuracy, evaluations[0].samples)
        let (better, worse) = first >= second ? (rows[0], rows[1]) : (rows[1], rows[0])
        let accuracies = [max(first, second), min(first, second)].map { Format.fixed($0, digits: 4) }
        let parameters = Self.parameterWords(better.summary.parameters, worse.summary.parameters)
        if first == second {
            return
                "\(name(better)) and \(name(worse)) are equally accurate on the \(samples) images (\(accuracies[0])); "
                + "\(name(better)) has \(parameters)."
        }
        return "\(name(better)) is more accurate than \(name(worse)) on the \(samples) images "
            + "(\(accuracies[0]) against \(accuracies[1])), with \(parameters)."
    }

    /// A row's name in a sentence: its configuration's or, where that doesn't tell two runs apart, its folder.
    private func name(_ row: Row) -> String {
        rows.count { $0.summary.configName == row.summary.configName } > 1 ? row.path : row.summary.configName
    }

    private static func parameterWords(_ found: Int, _ other: Int) -> String {
        if found == other { return "as many parameters (\(Format.grouped(found)))" }
        let factor = Double(max(found, other)) / Double(max(1, min(found, other)))
        return "\(Format.fixed(factor, digits: 1)) times \(found < other ? "fewer" : "more") parameters "
            + "(\(Format.grouped(found)) against \(Format.grouped(other)))"
    }
}
