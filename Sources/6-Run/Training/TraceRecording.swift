package import Collectives
import Foundation
import Metrics
package import Tracing

/// A recording of what the threads of all ranks do, for `--trace` and `bench`.
package struct TraceRecording {
    private let communicator: any Communicator
    /// The recorders of this rank, one for each thread.
    package let recorders: [SpanRecorder]

    /// Starts to record, on all ranks at the same moment; another recording of the same threads ends this one.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - runner: The threads to record.
    ///   - communicator: The ranks.
    ///   - spansPerThread: How many spans are kept for each thread; by default enough for some hundred steps or more,
    ///     in 3 MB.
    /// - Throws: `CollectiveError`.
    package init(
        of runner: ShardRunner,
        over communicator: any Communicator,
        spansPerThread: Int = 1 << 16
    ) throws(CollectiveError) {
        self.communicator = communicator
        // Hosts' clocks differ: each one counts from this moment.
        try communicator.barrier()
        let origin = ContinuousClock.now
        recorders = (0..<runner.threadCount).map { _ in SpanRecorder(origin: origin, capacity: spansPerThread) }
        runner.record(with: recorders)
    }

    /// Throws if a file can't be written; called before the steps to record.
    ///
    /// - Parameter path: The file.
    /// - Throws: `TrainingError.unwritableTrace`.
    package static func requireWritable(_ path: String) throws(TrainingError) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let files = FileManager.default
        var isFolder: ObjCBool = false
        if files.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            throw .unwritableTrace(path: path, reason: "it is a folder; give a file")
        }
        guard files.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw .unwritableTrace(path: path, reason: "there is no folder \(folder); make it or give another file")
        }
        guard files.isWritableFile(atPath: folder) else {
            throw .unwritableTrace(path: path, reason: "the folder \(folder) isn't writable")
        }
    }

    /// Gathers the recorded spans and writes them on rank 0, in Chrome's trace event format.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameter path: The file.
    /// - Throws: `CollectiveError`, `TrainingError.unwritableTrace`.
    package func write(to path: String) throws {
        let part = try ChromeTrace.part(
            rank: communicator.rank,
            host: communicator.hostName,
            threads: recorders.map(\.spans)
        )
        let parts = try (0..<communicator.worldSize).map { rank in
            Data(try communicator.broadcast(Array(part), from: rank))
        }
        _ = try communicator.keepingInTouch(onRank: 0) {
            do {
                try ChromeTrace.file(parts: parts).write(to: URL(fileURLWithPath: path))
            } catch {
                throw TrainingError.unwritableTrace(path: path, reason: error.reason)
            }
        }
    }
}
