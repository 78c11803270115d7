import Checkpoints
import Foundation
import RunSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct BackgroundCheckpointWriterTests {
    @Test func theCallerContinuesDuringTheFirstWrite() throws {
        let gate = GatedFileSystem()
        let writer = BackgroundCheckpointWriter(store: CheckpointStore(directory: "checkpoints", fileSystem: gate))
        writer.submit(makeSnapshot(step: 1))
        // The disk is still waiting, and the caller is here.
        #expect(writer.poll().isEmpty)
        gate.open()
        let outcomes = writer.finish()
        #expect(try outcomes.map { try $0.get().folder } == ["step-00000001"])
        #expect(writer.poll().isEmpty)
    }

    @Test func aSecondSubmissionWaitsForTheFirstWriteAndTheWaitIsCounted() throws {
        let gate = GatedFileSystem()
        let writer = BackgroundCheckpointWriter(store: CheckpointStore(directory: "checkpoints", fileSystem: gate))
        writer.submit(makeSnapshot(step: 1))
        let waitedBefore = writer.waitedSeconds
        let isAccepted = DispatchSemaphore(value: 0)
        let submitter = Thread {
            writer.submit(makeSnapshot(step: 2))
            isAccepted.signal()
        }
        submitter.start()
        // However long this is, the second snapshot can't be accepted while the disk holds the first.
        #expect(isAccepted.wait(timeout: .now() + 0.2) == .timedOut)
        gate.open()
        isAccepted.wait()
        #expect(writer.waitedSeconds > waitedBefore)
        // The first write has ended when the second one is accepted: there are never two in progress.
        #expect(try writer.poll().map { try $0.get().step } == [1])
        gate.open()
        #expect(try writer.finish().map { try $0.get().step } == [2])
    }

    @Test func aFailureIsReportedAndTheNextWriteSucceeds() throws {
        let disk = SimulatedDisk()
        let failing = FaultyFileSystem(disk, .call(0, code: ENOSPC))
        let writer = BackgroundCheckpointWriter(store: CheckpointStore(directory: "checkpoints", fileSystem: failing))
        writer.submit(makeSnapshot(step: 1))
        writer.submit(makeSnapshot(step: 2))
        let outcomes = writer.finish()
        try #require(outcomes.count == 2)
        guard case .failure(.fileSystem(let cause)) = outcomes[0] else {
            Issue.record("\(outcomes)")
            return
        }
        #expect(cause.code == ENOSPC)
        #expect(try outcomes[1].get().folder == "step-00000002")
    }
}

/// A disk on which each write waits until it is let through.
private final class GatedFileSystem: ForwardingFileSystem {
    let base = SimulatedDisk()
    private let gate = DispatchSemaphore(value: 0)

    /// Lets one write through.
    func open() { gate.signal() }

    func createFolder(_ path: String) throws(FileSystemError) {
        if path == "checkpoints" { gate.wait() }
        try base.createFolder(path)
    }
}
