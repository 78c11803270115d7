import Foundation
package import Metrics

/// A sweep's trials, the best first, as files for programs and spreadsheets.
package struct SweepResults: Sendable {
    /// The result of one trial.
    package struct Row: Sendable, Equatable {
        package let trial: String
        package let folder: String
        package let setting: SweepSetting
        /// The last evaluated epoch; nil if the trial failed before.
        package let epoch: EpochRecord?
        /// Why the trial isn't completed; nil if it is.
        package let failure: String?

        package init(trial: String, folder: String, setting: SweepSetting, epoch: EpochRecord?, failure: String?) {
            self.trial = trial
            self.folder = folder
            self.setting = setting
            self.epoch = epoch
            self.failure = failure
        }
    }

    /// Completed trials by the metric, in a search with rungs by epochs trained first; failed ones last.
    package let rows: [Row]
    private let metric: SweepFile.Metric

    /// Sorts rows.
    ///
    /// - Parameters:
    ///   - rows: The trials.
    ///   - metric: What makes one better than another.
    ///   - hasRungs: Whether a trial that was trained further did so because it was better; else it had more patience.
    package init(_ rows: [Row], metric: SweepFile.Metric, hasRungs: Bool) {
        self.metric = metric
        self.rows = rows.sorted { left, right in
            guard (left.failure == nil) == (right.failure == nil) else { return left.failure == nil }
            // A trial that was trained further was better on every rung that both reached.
            let (leftEpoch, rightEpoch) = (left.epoch?.epoch ?? 0, right.epoch?.epoch ?? 0)
            guard !hasRungs || leftEpoch == rightEpoch else { return leftEpoch > rightEpoch }
            return metric.isBetter(left.epoch, than: right.epoch)
                || !metric.isBetter(right.epoch, than: left.epoch)
                    && left.trial < right.trial
        }
    }

    /// One JSON object per line: `trial`, `folder`, `setting`, the metric and its epoch, `failure`.
    package func jsonLines() -> String {
        rows.map { row in
            let line = Line(
                trial: row.trial,
                folder: row.folder,
                setting: Dictionary(row.setting.values.map { ($0.key, $0.value) }) { $1 },
                epoch: row.epoch?.epoch,
                metric: metric.rawValue,
                value: row.epoch.flatMap(metric.value),
                failure: row.failure
            )
            guard let data = try? JSONEncoder.sorted.encode(line) else {
                preconditionFailure("SweepResults: a row that is no JSON found")
            }
            return String(decoding: data, as: UTF8.self) + "\n"
        }.joined()
    }

    /// The same as comma-separated values (RFC 4180), with one column for each parameter.
    package func csv() -> String {
        let keys = rows.first?.setting.values.map(\.key) ?? []
        let header = ["trial"] + keys + ["epoch", metric.rawValue, "folder", "failure"]
        let lines = rows.map { row in
            [row.trial] + row.setting.values.map(\.value)
                + [
                    row.epoch.map { "\($0.epoch)" } ?? "", row.epoch.flatMap(metric.value).map { "\($0)" } ?? "",
                    row.folder, row.failure ?? "",
                ]
        }
        return CSV.text([header] + lines)
    }

    private struct Line: Encodable {
        let trial: String
        let folder: String
        let setting: [String: String]
        let epoch: Int?
        let metric: String
        let value: Double?
        let failure: String?
    }
}

extension JSONEncoder {
    fileprivate static var sorted: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}

extension SweepFile.Metric {
    /// The metric at an epoch's end; nil if it wasn't evaluated, or isn't finite.
    func value(_ epoch: EpochRecord) -> Double? {
        let value =
            switch self {
            case .testAccuracy: epoch.testAccuracy
            case .testLoss: epoch.testLoss
            case .validationAccuracy: epoch.validationAccuracy
            case .validationLoss: epoch.validationLoss
            case .trainAccuracy: epoch.trainAccuracy
            case .trainLoss: epoch.trainLoss
            case .imagesPerSecond: epoch.imagesPerSecond
            }
        return value.flatMap { $0.isFinite ? $0 : nil }
    }

    /// Whether the first is better; a missing value is worse than any other.
    func isBetter(_ first: EpochRecord?, than second: EpochRecord?) -> Bool {
        guard let first = first.flatMap(value) else { return false }
        guard let second = second.flatMap(value) else { return true }
        return isLoss ? first < second : first > second
    }
}
