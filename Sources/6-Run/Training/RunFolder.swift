import Checkpoints
import ConfigurationFiles
import Foundation
import Metrics

/// The folder of a run, which rank 0 alone writes.
///
///     config.yaml                        the resolved configuration
///     config-until-step-00000200.yaml    the previous configuration, if settings changed on resume
///     metrics.jsonl, events.out.tfevents.*   what happened, for people and for TensorBoard
///     checkpoints/                       see `CheckpointStore`
///     summary.json                       the result
final class RunFolder {
    let path: String
    private let metrics: MetricsLog
    private let tensorBoard: TensorBoardWriter

    /// Opens the folder.
    ///
    /// - Parameters:
    ///   - path: The folder, which is created if missing.
    ///   - configuration: Written to `config.yaml`.
    ///   - used: Values used for defaults, one per line, written as comments at the top of `config.yaml`.
    ///   - step: The step from which the run resumes; nil for a new run.
    /// - Throws: `TrainingError.runFolder`, `MetricsError`.
    init(path: String, configuration: Configuration, used: [String], resumingAtStep step: Int?) throws {
        self.path = path
        do {
            try Self.keepFormerConfiguration(path: path, replacedBy: configuration, atStep: step)
            let comments = ["This run used"] + used.map { "  \($0)" }
            let text = comments.map { "# \($0)\n" }.joined() + configuration.resolvedYAML()
            try Data(text.utf8).write(
                to: Self.configurationFile(in: path),
                options: .atomic
            )
        } catch {
            throw TrainingError.runFolder(
                path: path,
                reason: "config.yaml can't be written: \(error.reason)"
            )
        }
        // A continued run has no result yet.
        try? FileManager.default.removeItem(atPath: path + "/" + RunSummary.fileName)
        metrics = try MetricsLog(path: path + "/" + MetricsLog.fileName, resumingAtStep: step)
        tensorBoard = try TensorBoardWriter(
            directory: path,
            resumingAtStep: step,
            wallTime: Date().timeIntervalSince1970
        )
    }

    /// Adds an event to the log and to TensorBoard's file.
    func record(_ event: RunEvent) throws(MetricsError) {
        try metrics.append(event)
        try tensorBoard.write(event)
    }

    func write(_ summary: RunSummary) throws(MetricsError) {
        try summary.write(path: path + "/" + RunSummary.fileName)
    }

    /// Whether `summary.json` records completion after `step`.
    static func isComplete(path: String, step: Int) -> Bool {
        guard let summary = try? RunSummary(path: path + "/" + RunSummary.fileName) else { return false }
        return summary.completed && summary.steps == step && summary.weightsSha256 != nil
    }

    /// Throws if the path isn't a folder.
    static func requireFolder(path: String) throws(TrainingError) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else { return }
        throw .runFolder(path: path, reason: "is a file where the run's folder should be: give another --run-dir")
    }

    /// The text of the folder's `config.yaml`; nil if there is none.
    private static func configurationText(path: String) -> String? {
        try? String(contentsOf: configurationFile(in: path), encoding: .utf8)
    }

    /// The result-relevant settings that differ from those of the folder's run; empty without a run.
    static func settingsThatDiffer(path: String, from configuration: Configuration) -> [Configuration.Difference] {
        guard let former = configurationText(path: path) else { return [] }
        let differences = Configuration.differences(from: former, to: configuration.resolvedYAML()) ?? []
        return differences.filter(\.concernsResult)
    }

    /// Whether a run in the folder reached its last step.
    static func isFinished(path: String) -> Bool {
        (try? RunSummary(path: path + "/" + RunSummary.fileName))?.completed == true
    }

    /// Removes an earlier run's files, except checkpoints.
    static func clear(path: String) throws(TrainingError) {
        do {
            let files = FileManager.default
            for name in try files.contentsOfDirectory(atPath: path) where isOfRun(name) {
                try files.removeItem(atPath: path + "/" + name)
            }
        } catch {
            throw .runFolder(path: path, reason: "can't be cleared: \(error.reason)")
        }
    }

    /// Stores the `launch` session, so that a restart resumes this run.
    static func note(session: String?, path: String) throws(TrainingError) {
        guard let session else { return }
        do {
            try Data(session.utf8).write(to: sessionFile(in: path), options: .atomic)
        } catch {
            throw .runFolder(path: path, reason: "can't be written: \(error.reason)")
        }
    }

    private static func keepFormerConfiguration(
        path: String,
        replacedBy configuration: Configuration,
        atStep step: Int?
    ) throws {
        guard let step, let former = configurationText(path: path),
            Configuration.differences(from: former, to: configuration.resolvedYAML())?.contains(where: \.concernsResult)
                ?? true
        else { return }
        let kept = "\(path)/\(formerConfigurationName(untilStep: step))"
        try Data(former.utf8).write(to: URL(fileURLWithPath: kept), options: .atomic)
    }

    /// The name of the configuration in use until `step`.
    static func formerConfigurationName(untilStep step: Int) -> String {
        "\(formerConfigurationPrefix)\(CheckpointStore.folderName(step: step)).yaml"
    }

    private static let sessionName = ".launch-session"
    private static let formerConfigurationPrefix = "config-until-"

    /// Whether an earlier start of the same `launch` has cleared the folder and begun the run.
    static func wasBegun(path: String, bySession session: String?) -> Bool {
        guard let session, let text = try? String(contentsOf: sessionFile(in: path), encoding: .utf8) else {
            return false
        }
        return text == session
    }

    private static func configurationFile(in path: String) -> URL {
        URL(fileURLWithPath: path + "/" + Configuration.fileName)
    }

    private static func sessionFile(in path: String) -> URL { URL(fileURLWithPath: path + "/" + sessionName) }

    private static func isOfRun(_ name: String) -> Bool {
        [Configuration.fileName, MetricsLog.fileName, RunSummary.fileName, sessionName].contains(name)
            || name.hasPrefix("events.out.tfevents.") || name.hasPrefix(formerConfigurationPrefix)
    }
}
