import ConfigurationFiles
import Foundation
package import Metrics

/// What a run left behind, read when it is asked for.
package struct RecordedRun: Equatable, Sendable {
    /// The folder, as it was given.
    package let path: String

    /// A run's folder.
    ///
    /// - Parameter path: The folder.
    /// - Throws: `ReportsError.noFolder`.
    package init(path: String) throws(ReportsError) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            throw .noFolder(path: path)
        }
        self.path = path
    }

    /// The run folders that a path stands for.
    ///
    /// - Parameter path: A run's folder, or a folder of such, as a sweep leaves.
    /// - Returns: The path itself where it is a run's or no folder of runs, else those in it, by name.
    static func runs(at path: String) -> [String] {
        let files = FileManager.default
        func isRun(_ folder: String) -> Bool {
            [Configuration.fileName, RunSummary.fileName, MetricsLog.fileName].contains {
                files.fileExists(atPath: "\(folder)/\($0)")
            }
        }
        guard !isRun(path) else { return [path] }
        let names = (try? files.contentsOfDirectory(atPath: path)) ?? []
        let runs = names.sorted().map { "\(path)/\($0)" }.filter(isRun)
        return runs.isEmpty ? [path] : runs
    }

    /// The resolved configuration, as YAML.
    ///
    /// - Returns: The text of config.yaml.
    /// - Throws: `ReportsError` if the file is missing or no UTF-8.
    package func configurationText() throws(ReportsError) -> String {
        let file = try file(Configuration.fileName, written: "when the run starts")
        do {
            return try String(contentsOfFile: file, encoding: .utf8)
        } catch {
            throw .metrics(.unreadable(path: file, reason: error.reason))
        }
    }

    /// What happened in the run, in the order of its steps.
    ///
    /// - Returns: The events of metrics.jsonl.
    /// - Throws: `ReportsError` if the file is missing, can't be read, or holds a broken line.
    package func events() throws(ReportsError) -> [RunEvent] {
        let file = try file(MetricsLog.fileName, written: "when the run starts")
        do { return try MetricsLog.events(path: file) } catch { throw .metrics(error) }
    }

    /// What the run came to.
    ///
    /// - Returns: The values of summary.json.
    /// - Throws: `ReportsError` if the file is missing, can't be read, or lacks a field.
    package func summary() throws(ReportsError) -> RunSummary {
        let file = try file(RunSummary.fileName, written: "when the run stops")
        do { return try RunSummary(path: file) } catch { throw .metrics(error) }
    }

    private func file(_ name: String, written: String) throws(ReportsError) -> String {
        let file = path + "/" + name
        guard FileManager.default.fileExists(atPath: file) else { throw .noFile(path: file, written: written) }
        return file
    }
}
