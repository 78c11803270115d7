import Checkpoints
import Foundation
import RunSupport
import TestSupport
import Testing

/// Two processes both believe that they write the run's checkpoints: the later one's are valid, whatever the other
/// writes.
@Suite(.timeLimit(.minutes(10))) struct WriterFencingTests {
    private let disk = SimulatedDisk()

    private var store: CheckpointStore {
        CheckpointStore(directory: "checkpoints", fileSystem: disk, keepLast: 2, keepBest: 0)
    }

    /// An earlier writer that came to step 20, and a later one that continued from there.
    private func takeOver() throws -> (earlier: CheckpointStore, later: CheckpointStore) {
        let earlier = try store.beginWriting(resumingAtStep: nil)
        for step in [0, 10, 20] { _ = try earlier.write(makeSnapshot(step: step)) }
        return (earlier, try store.beginWriting(resumingAtStep: 20))
    }

    @Test func lateCheckpointsOfAnEarlierWriterAreIgnored() throws {
        let (earlier, later) = try takeOver()
        // The earlier writer's host doesn't see the later one's number, so it does write its checkpoint.
        let blind = CheckpointStore(directory: "checkpoints", fileSystem: BlindFileSystem(base: disk), keepLast: 2)
        #expect(throws: CheckpointError.self, "it sees the number") { try earlier.write(makeSnapshot(step: 30)) }
        _ = try blind.write(makeSnapshot(step: 30, variant: 1))
        #expect(try disk.list("checkpoints").contains("step-00000030"))

        var rejected: [String] = []
        let newest = try store.newest { folder, _ in rejected.append(folder) }
        #expect(newest?.holds(makeSnapshot(step: 20)) == true)
        #expect(rejected == ["step-00000030"])
        _ = try later.write(makeSnapshot(step: 25))
        #expect(try store.newest()?.holds(makeSnapshot(step: 25)) == true)
        // The same step, written by the later writer.
        _ = try later.write(makeSnapshot(step: 30))
        #expect(try store.newest()?.holds(makeSnapshot(step: 30)) == true)
    }

    @Test func anEarlierWriterStopsAndRemovesNothing() throws {
        let (earlier, later) = try takeOver()
        _ = try later.write(makeSnapshot(step: 30))
        let before = try disk.list("checkpoints").sorted()
        let error = #expect(throws: CheckpointError.self) { try earlier.write(makeSnapshot(step: 40)) }
        #expect(error == .superseded(path: "checkpoints", writer: 2))
        #expect(try disk.list("checkpoints").sorted() == before)
        #expect(earlier.newerWriter == 2 && later.newerWriter == nil)
    }

    @Test func aWriterDoesNotTouchTheTemporaryFilesOfALaterOne() throws {
        let (earlier, later) = try takeOver()
        let dying = CheckpointStore(
            directory: "checkpoints",
            fileSystem: FaultyFileSystem(disk, .killed(atCall: 12)),
            keepLast: 2,
            keepBest: 0
        )
        // The third writer dies in the middle of its write.
        _ = try? dying.beginWriting(resumingAtStep: 20).write(makeSnapshot(step: 30))
        let inHand = try disk.list("checkpoints").filter { $0.hasPrefix(".tmp-") }
        try #require(inHand.count == 1)
        for writer in [earlier, later] {
            #expect(throws: CheckpointError.self) { try writer.write(makeSnapshot(step: 40)) }
        }
        #expect(try disk.list("checkpoints").filter { $0.hasPrefix(".tmp-") } == inHand)
        _ = try store.beginWriting(resumingAtStep: 20).write(makeSnapshot(step: 30))
        #expect(try !disk.list("checkpoints").contains { $0.hasPrefix(".tmp-") })
    }

    @Test func aNewRunIgnoresLateCheckpointsOfTheFormerOne() throws {
        let (earlier, _) = try takeOver()
        let anew = try store.beginAnew()
        #expect(try store.newest() == nil)
        let blind = CheckpointStore(directory: "checkpoints", fileSystem: BlindFileSystem(base: disk))
        _ = try blind.write(makeSnapshot(step: 40))
        #expect(try store.newest() == nil, "a former run's checkpoint is none of this run, and no damaged one either")
        #expect(earlier.newerWriter == 3)
        _ = try anew.write(makeSnapshot(step: 0))
        #expect(try store.newest()?.holds(makeSnapshot(step: 0)) == true)
    }

    @Test func aWriterThatDiedBeforeItBeganChangesNothing() throws {
        let (_, later) = try takeOver()
        _ = try later.write(makeSnapshot(step: 30))
        // The number is taken, but the step was never written.
        try disk.close(disk.createFile("checkpoints/.writer-3"))
        #expect(try store.newest()?.holds(makeSnapshot(step: 30)) == true)
        let next = try store.beginWriting(resumingAtStep: 30)
        _ = try next.write(makeSnapshot(step: 40))
        #expect(try store.newest()?.holds(makeSnapshot(step: 40)) == true)
    }

    /// The later writer began, and wrote, while the earlier one was busy with a disk.
    @Test func anOvertakenWriterDoesNotTouchTheLaterOnesTemporaryFiles() throws {
        let (disk, store) = (disk, store)
        let earlier = CheckpointStore(
            directory: "checkpoints",
            fileSystem: InterruptedFileSystem(base: disk) {
                _ = try store.beginWriting(resumingAtStep: 0)
                try disk.createFolder("checkpoints/.tmp-2-step-00000030")
            },
            keepLast: 2,
            keepBest: 0
        )
        let error = #expect(throws: CheckpointError.self) {
            try earlier.beginWriting(resumingAtStep: nil).write(makeSnapshot(step: 20))
        }
        #expect(error == .superseded(path: "checkpoints", writer: 2))
        let names = try disk.list("checkpoints").filter { !$0.hasPrefix(".writer-") }
        #expect(names == [".tmp-2-step-00000030"])
    }

    @Test func concurrentWritersGetDifferentNumbers() throws {
        try withTemporaryFolder { folder in
            let store = CheckpointStore(directory: "\(folder)/checkpoints")
            DispatchQueue.concurrentPerform(iterations: 16) { _ in _ = try? store.beginWriting(resumingAtStep: 0) }
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/checkpoints")
            #expect(Set(names) == Set((1...16).map { ".writer-\($0)" }))
        }
    }
}

/// A disk as seen by a host that was cut off: without the later writers' numbers.
private struct BlindFileSystem: ForwardingFileSystem {
    let base: SimulatedDisk

    func list(_ path: String) throws(FileSystemError) -> [String] {
        try base.list(path).filter { !$0.hasPrefix(".writer-") }
    }
}

/// A disk on which something else happens once a checkpoint's files are written, before they are in their place.
private struct InterruptedFileSystem: ForwardingFileSystem {
    let base: SimulatedDisk
    let interrupt: @Sendable () throws -> Void

    func synchronizeFolder(_ path: String) throws(FileSystemError) {
        try base.synchronizeFolder(path)
        if path.contains(".tmp-1-") { #expect(throws: Never.self) { try interrupt() } }
    }
}
