import Checkpoints
import Foundation
import TestSupport
import Testing

/// Whichever call fails or is the last one, the previous or the new checkpoint can be loaded.
@Suite(.timeLimit(.minutes(10))) struct CrashTests {
    /// The content of the disk before the write under test, the checkpoint to write, and how many are kept.
    struct Scenario: CustomTestStringConvertible {
        let testDescription: String
        let earlier: [CheckpointSnapshot]
        let new: CheckpointSnapshot
        var keepLast = 2

        func store(_ fileSystem: any FileSystem, directory: String = "run/checkpoints") -> CheckpointStore {
            CheckpointStore(directory: directory, fileSystem: fileSystem, keepLast: keepLast, keepBest: 0)
        }

        /// A disk with the earlier checkpoints.
        func disk() throws -> SimulatedDisk {
            let disk = SimulatedDisk()
            try disk.createFolder("run")
            try disk.synchronizeFolder("/")
            for snapshot in earlier { _ = try store(disk).write(snapshot) }
            return disk
        }

        /// The number of calls of the write without failures.
        func callCount() throws -> Int {
            let counting = FaultyFileSystem(try disk())
            _ = try store(counting).write(new)
            return counting.callCount
        }
    }

    static let scenarios = [
        Scenario(testDescription: "first checkpoint", earlier: [], new: makeSnapshot(step: 0)),
        Scenario(
            testDescription: "next checkpoint",
            earlier: [makeSnapshot(step: 0), makeSnapshot(step: 4)],
            new: makeSnapshot(step: 8),
            keepLast: 9
        ),
        Scenario(
            testDescription: "next one, with the oldest removed",
            earlier: [makeSnapshot(step: 0), makeSnapshot(step: 4)],
            new: makeSnapshot(step: 8)
        ),
        Scenario(
            testDescription: "next one, with the only other removed",
            earlier: [makeSnapshot(step: 4)],
            new: makeSnapshot(step: 8),
            keepLast: 1
        ),
        Scenario(
            testDescription: "the same again",
            earlier: [makeSnapshot(step: 4)],
            new: makeSnapshot(step: 4),
            keepLast: 1
        ),
        Scenario(
            testDescription: "the only one, with other content",
            earlier: [makeSnapshot(step: 4)],
            new: makeSnapshot(step: 4, variant: 1),
            keepLast: 1
        ),
    ]

    static let losses: [SimulatedDisk.Loss] =
        [.nothing, .bytes, .entries, .everything] + (0..<12).map { .random(seed: $0) }

    @Test(arguments: scenarios)
    func killingAtEveryCallLeavesACompleteCheckpoint(scenario: Scenario) throws {
        let callCount = try scenario.callCount()
        for call in 0..<callCount {
            for loss in Self.losses {
                let disk = try scenario.disk()
                let dying = FaultyFileSystem(disk, .killed(atCall: call))
                let record = try? scenario.store(dying).write(scenario.new)
                disk.crash(loss)
                try expectWhole(scenario, on: disk, isNewNeeded: record != nil, "killed at call \(call), lost \(loss)")
            }
        }
    }

    @Test(arguments: scenarios)
    func powerCutAfterTheWriteKeepsTheNewCheckpoint(scenario: Scenario) throws {
        for loss in Self.losses {
            let disk = try scenario.disk()
            _ = try scenario.store(disk).write(scenario.new)
            disk.crash(loss)
            try expectWhole(scenario, on: disk, isNewNeeded: true, "lost \(loss)")
        }
    }

    @Test func latestIsReplacedOnlyAfterItsFolderIsSynchronized() throws {
        let scenario = Self.scenarios[1]
        for call in 0..<(try scenario.callCount()) {
            let disk = try scenario.disk()
            _ = try? scenario.store(FaultyFileSystem(disk, .killed(atCall: call))).write(scenario.new)
            guard try disk.list("run/checkpoints").contains(".tmp-0-latest") else { continue }
            disk.crash(.everything)
            #expect(try disk.list("run/checkpoints").contains("step-00000008"), "killed at call \(call)")
        }
    }

    @Test(arguments: scenarios, [ENOSPC, EIO])
    func anErrorAtEveryCallLeavesACompleteCheckpoint(scenario: Scenario, code: Int32) throws {
        for call in 0..<(try scenario.callCount()) {
            let disk = try scenario.disk()
            let failing = FaultyFileSystem(disk, .call(call, code: code))
            let record = try? scenario.store(failing).write(scenario.new)
            try expectWhole(scenario, on: disk, isNewNeeded: record != nil, "error \(code) at call \(call)")
        }
    }

    /// Only the scenario with the most renames: each of its calls waits for a real disk.
    @Test func killingAtEveryCallOnTheRealDiskLeavesACompleteCheckpoint() throws {
        let scenario = Self.scenarios[5]
        for call in 0..<(try scenario.callCount()) {
            try withTemporaryFolder { folder in
                let directory = "\(folder)/checkpoints"
                let disk = POSIXFileSystem()
                for snapshot in scenario.earlier { _ = try scenario.store(disk, directory: directory).write(snapshot) }
                let dying = FaultyFileSystem(disk, .killed(atCall: call))
                let record = try? scenario.store(dying, directory: directory).write(scenario.new)
                try expectWhole(
                    scenario,
                    on: disk,
                    directory: directory,
                    isNewNeeded: record != nil,
                    "killed at call \(call)"
                )
            }
        }
    }

    @Test(arguments: [ENOSPC, EROFS])
    func aFullDiskFailsTheWriteAndNothingElse(code: Int32) throws {
        let scenario = Self.scenarios[1]
        let disk = try scenario.disk()
        let error = try #require(throws: CheckpointError.self) {
            try scenario.store(FaultyFileSystem(disk, .changes(code: code))).write(scenario.new)
        }
        guard case .fileSystem(let cause) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(cause.code == code)
        try expectWhole(scenario, on: disk, isNewNeeded: false, "error \(code)")
    }

    @Test func aFailedWriteLeavesNoFiles() throws {
        let scenario = Self.scenarios[1]
        for call in 0..<(try scenario.callCount()) {
            let disk = try scenario.disk()
            let failing = FaultyFileSystem(disk, .call(call, code: ENOSPC))
            guard (try? scenario.store(failing).write(scenario.new)) == nil else { continue }
            let names = try disk.list("run/checkpoints")
            #expect(!names.contains { $0.hasPrefix(".") }, "\(names) after call \(call)")
        }
    }

    /// A new process finds one of the two checkpoints, and can write the next one.
    private func expectWhole(
        _ scenario: Scenario,
        on disk: any FileSystem,
        directory: String = "run/checkpoints",
        isNewNeeded: Bool,
        _ situation: String
    ) throws {
        let store = scenario.store(disk, directory: directory)
        let loaded = try store.newest()
        let isNew = loaded?.holds(scenario.new) ?? false
        let isPrevious = scenario.earlier.last.map { loaded?.holds($0) ?? false } ?? (loaded == nil)
        #expect(isNew || (isPrevious && !isNewNeeded), "\(situation): \(loaded?.path ?? "nothing") loaded")
        let following = makeSnapshot(step: 12)
        _ = try store.write(following)
        #expect(try store.newest()?.holds(following) == true, "\(situation): the following write")
        let names = try disk.list(directory)
        #expect(!names.contains { $0.hasPrefix(".") }, "\(situation): \(names) left")
    }
}
