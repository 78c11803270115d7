import Formatting
import Foundation
package import Metrics
import Processes

/// Runs missing trials, as many at once as the cores allow.
///
/// Its only memory is the run folders, so it continues after any kill: a completed trial is skipped, an unfinished one
/// resumes from its checkpoint. One process at a time works on a directory.
package struct TrialRunner: Sendable {
    /// How a trial ended.
    package struct Outcome: Sendable {
        /// The trial's run folder.
        package let folder: TrialFolder
        /// The result, or why it isn't completed.
        package let result: Result<RunSummary, Failure>
    }

    /// Why a trial isn't completed.
    package struct Failure: Error, Equatable {
        /// Where to find out what happened.
        package let description: String

        /// Whether a description says that the training diverged, which is a result of its settings.
        package static func isDivergence(_ description: String) -> Bool { description.contains("is not finite") }
    }

    /// The folder of all run folders.
    package let directory: String
    private let launcher: TrialLauncher
    private let report: @Sendable (String) -> Void

    /// A runner.
    ///
    /// - Parameters:
    ///   - directory: The folder for all run folders, which is created if missing.
    ///   - rankCount: Ranks of each trial, at least 1.
    ///   - report: Called with one line for each event.
    package init(directory: String, rankCount: Int, report: @escaping @Sendable (String) -> Void) {
        precondition(rankCount >= 1, "TrialRunner: \(rankCount) ranks found, 1 or more needed")
        self.init(directory: directory, launcher: TrialLauncher(rankCount: rankCount), report: report)
    }

    package init(directory: String, launcher: TrialLauncher, report: @escaping @Sendable (String) -> Void) {
        self.directory = directory
        self.launcher = launcher
        self.report = report
    }

    /// Runs missing trials; a trial that fails doesn't stop the others.
    ///
    /// - Parameter trials: Trials with different run folders.
    /// - Returns: How each trial ended, in the same order.
    /// - Throws: `TrialsError`.
    package func run(_ trials: [Trial]) async throws(TrialsError) -> [Outcome] {
        let folders = trials.map { TrialFolder(of: $0, in: directory) }
        for folder in folders { try folder.checkConfiguration() }
        let lock = try await lockDirectory()
        defer { lock.release() }
        // Trials may have been completed while this process waited for the lock.
        let missing = folders.filter { (try? $0.completedSummary()) == nil }
        if missing.count < folders.count {
            report("\(folders.count - missing.count) of \(folders.count) runs are there")
        }
        do {
            try await run(missing, holding: lock)
        } catch let error as TrialsError {
            throw error
        } catch {
            throw Task.isCancelled ? .interrupted : .directory(path: directory, reason: "\(error)")
        }
        return folders.map { Outcome(folder: $0, result: result(of: $0)) }
    }

    private func run(_ folders: [TrialFolder], holding lock: FileLock) async throws {
        let progress = TrialProgress(count: folders.count)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, folder) in folders.enumerated() {
                if index >= launcher.slotCount { try await group.next() }
                group.addTask { try await run(folder, holding: lock, progress) }
            }
            try await group.waitForAll()
        }
    }

    private func run(_ folder: TrialFolder, holding lock: FileLock, _ progress: TrialProgress) async throws {
        try Task.checkCancellation()
        do {
            try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        } catch {
            throw TrialsError.directory(path: folder.path, reason: "no run folder can be made there: \(error.reason)")
        }
        _ = try await launcher.run(folder, holding: lock)
        try Task.checkCancellation()
        let position = progress.next()
        switch result(of: folder) {
        case .success(let summary):
            let accuracy =
                summary.evaluation.map { ", \($0.samples) accuracy " + Format.fixed($0.accuracy, digits: 4) } ?? ""
            report("\(position) \(folder.trial.label): \(Format.clock(summary.wallSeconds))\(accuracy)")
        case .failure(let failure):
            report("\(position) \(folder.trial.label): \(failure.description)")
        }
    }

    private func result(of folder: TrialFolder) -> Result<RunSummary, Failure> {
        do {
            if let summary = try folder.completedSummary() { return .success(summary) }
            return .failure(Failure(description: "\(folder.path): not completed" + lastWords(of: folder)))
        } catch {
            return .failure(Failure(description: "\(error)" + lastWords(of: folder)))
        }
    }

    /// The last line of output of a trial's ranks.
    private func lastWords(of folder: TrialFolder) -> String {
        let path = folder.path + "/output.log"
        guard let text = try? String(contentsOfFile: path, encoding: .utf8),
            let line = text.split(separator: "\n").last(where: { $0.hasPrefix("swift-dp-train: ") })
        else { return "" }
        return "; \(path) says: \(line.dropFirst("swift-dp-train: ".count))"
    }

    private func lockDirectory() async throws(TrialsError) -> FileLock {
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            return try await FileLock.acquire(directory + "/.lock") {
                report("waiting for the ranks that still work on \(directory)")
            }
        } catch is CancellationError {
            throw .interrupted
        } catch {
            throw .directory(path: directory, reason: "can't be made or locked: \(error.reason)")
        }
    }
}
