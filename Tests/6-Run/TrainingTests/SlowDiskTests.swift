import Checkpoints
import Collectives
import Foundation
import Metrics
import RankSupport
import RunSupport
import TestSupport
import Testing
import Training

/// A disk slower than the ranks' timeout delays a run, but doesn't end it.
@Suite(.timeLimit(.minutes(10))) struct SlowDiskTests {
    @Test func slowCheckpointsDoNotEndTheRun() throws {
        try withTemporaryFolder { folder in
            let disk = SlowFileSystem(secondsPerWrite: 0.8)
            try expectCompletion(train(in: folder, disk, epochs: 1))
            let events = try RunLog(folder)
            #expect(events.checkpoints.map(\.step) == [0, 2, 4])
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: "\(folder)/checkpoints").allSatisfy {
                    !$0.hasPrefix(".tmp-")
                }
            )
        }
    }

    @Test func aSlowlyReadCheckpointIsResumed() throws {
        try withTemporaryFolder { folder in
            try expectCompletion(train(in: folder, POSIXFileSystem(), epochs: 1))
            try expectCompletion(train(in: folder, SlowFileSystem(secondsPerRead: 0.8), epochs: 2))
        }
    }

    private func expectCompletion(_ results: [Result<RunOutcome, any Error>]) throws {
        for result in results { #expect(try result.get() == .completed) }
    }

    private func train(in folder: String, _ disk: any FileSystem, epochs: Int) -> [Result<RunOutcome, any Error>] {
        ThreadCommunicator.run(worldSize: 2) { communicator in
            let run = try SmallRun(overrides: [
                "parallel.timeoutSeconds=0.3", "parallel.threadsPerRank=1", "training.epochs=\(epochs)",
                "training.globalBatchSize=25", "checkpoint.everySteps=2",
            ])
            return try TrainingRun(
                configuration: run.configuration,
                options: .init(resume: .automatic, directory: folder, configurationName: "small"),
                communicator: communicator,
                checkpointFileSystem: disk,
                stopReason: { .none }
            ).run()
        }
    }
}

/// The machine's own file system, on which writing and reading the weights takes a while.
private struct SlowFileSystem: ForwardingFileSystem {
    let base = POSIXFileSystem()
    var secondsPerWrite = 0.0
    var secondsPerRead = 0.0

    private func wait(_ seconds: Double, _ path: String) {
        if path.hasSuffix("model.safetensors") { Thread.sleep(forTimeInterval: seconds) }
    }

    func synchronize(_ file: OpenFile) throws(FileSystemError) {
        wait(secondsPerWrite, file.path)
        try base.synchronize(file)
    }
    func read(_ path: String, byteCount: Int) throws(FileSystemError) -> [UInt8] {
        wait(secondsPerRead, path)
        return try base.read(path, byteCount: byteCount)
    }
}
