import Checkpoints
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct CheckpointStoreTests {
    @Test func writtenCheckpointIsReadBack() throws {
        try withTemporaryFolder { folder in
            let store = CheckpointStore(directory: "\(folder)/checkpoints")
            #expect(try store.newest() == nil)
            let snapshot = makeSnapshot(step: 200, metric: 0.7)
            let record = try store.write(snapshot)
            #expect(record.folder == "step-00000200")
            #expect(record.removalFailure == nil)
            let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/checkpoints/step-00000200")
            #expect(files.sorted() == ["manifest.json", "model.safetensors", "state.safetensors"])
            #expect(try [UInt8](file: "\(folder)/checkpoints/latest") == Array("step-00000200\n".utf8))
            let loaded = try #require(try store.newest())
            #expect(loaded.holds(snapshot))
            #expect(loaded.weightsSHA256 == record.weightsSHA256)
        }
    }

    @Test func theDigestDependsOnTheWeightsOnly() throws {
        let disk = SimulatedDisk()
        let store = CheckpointStore(directory: "checkpoints", fileSystem: disk)
        let first = try store.write(makeSnapshot(step: 1))
        var other = makeSnapshot(step: 1, metric: 0.5)
        other.step = 2
        other.epoch = 7
        other.state = []
        other.counters = ["samples": "0"]
        other.model.reverse()
        #expect(try store.write(other).weightsSHA256 == first.weightsSHA256)
        #expect(try store.write(makeSnapshot(step: 3)).weightsSHA256 != first.weightsSHA256)
    }

    @Test func manifestListsFilesAndNetwork() throws {
        let disk = SimulatedDisk()
        _ = try CheckpointStore(directory: "checkpoints", fileSystem: disk).write(makeSnapshot(step: 8, metric: 0.25))
        let folder = "checkpoints/step-00000008"
        let bytes = try disk.read("\(folder)/manifest.json", byteCount: .max)
        let manifest = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        #expect(manifest["step"] as? Int == 8)
        #expect(manifest["epoch"] as? Int == 4)
        #expect(manifest["metric"] as? Double == 0.25)
        #expect(manifest["environment"] as? [String: String] == ["blas": "SkylakeX"])
        let network = try #require(manifest["network"] as? [String: Any])
        #expect(network["tensors"] as? [String] == ["0.bias [2]", "0.weight [2, 3]"])
        let files = try #require(manifest["files"] as? [String: [String: Any]])
        #expect(files.keys.sorted() == ["model.safetensors", "state.safetensors"])
        for (name, record) in files { #expect(record["bytes"] as? Int == (try disk.byteCount("\(folder)/\(name)"))) }
    }

    @Test func lastAndBestAreKept() throws {
        let disk = SimulatedDisk()
        let store = CheckpointStore(directory: "checkpoints", fileSystem: disk, keepLast: 2, keepBest: 2)
        let metrics = [0.1, 0.9, 0.3, 0.8, 0.9, 0.2, nil, 0.1]
        for (step, metric) in metrics.enumerated() { _ = try store.write(makeSnapshot(step: step, metric: metric)) }
        let folders = [1, 4, 6, 7].map(CheckpointStore.folderName(step:))
        #expect(try disk.list("checkpoints").sorted() == ["best", "latest"] + folders)
    }

    /// The first of the two with 0.9.
    @Test func theBestAndTheLatestCanBeLoadedByName() throws {
        let disk = SimulatedDisk()
        let store = CheckpointStore(directory: "checkpoints", fileSystem: disk, keepLast: 1, keepBest: 1)
        for (step, metric) in [0.1, 0.9, 0.3, 0.9, nil].enumerated() {
            _ = try store.write(makeSnapshot(step: step, metric: metric))
        }
        let path = try CheckpointStore.pathOfBest(in: "checkpoints", fileSystem: disk)
        #expect(path == "checkpoints/best")
        let best = try CheckpointStore.load(path, fileSystem: disk)
        #expect(best.path == "checkpoints/step-00000001" && best.holds(makeSnapshot(step: 1, metric: 0.9)))
        #expect(try CheckpointStore.load("checkpoints/latest", fileSystem: disk).path == "checkpoints/step-00000004")
    }

    @Test func withoutAMetricNoneIsTheBest() throws {
        let disk = SimulatedDisk()
        _ = try CheckpointStore(directory: "checkpoints", fileSystem: disk).write(makeSnapshot(step: 1))
        #expect(throws: CheckpointError.self) { try CheckpointStore.pathOfBest(in: "checkpoints", fileSystem: disk) }
    }

    @Test func sameContentIsNotWrittenAgain() throws {
        let disk = SimulatedDisk()
        func callCount() throws -> Int {
            let counting = FaultyFileSystem(disk)
            _ = try CheckpointStore(directory: "checkpoints", fileSystem: counting).write(makeSnapshot(step: 4))
            return counting.callCount
        }
        let first = try callCount()
        #expect(try callCount() < first)
        _ = try CheckpointStore(directory: "checkpoints", fileSystem: disk).write(makeSnapshot(step: 4, variant: 1))
        #expect(try disk.list("checkpoints").sorted() == ["latest", "step-00000004"])
    }

    @Test func trainingThatWentBackContinuesFromItsOwnStep() throws {
        let disk = SimulatedDisk()
        let store = CheckpointStore(directory: "checkpoints", fileSystem: disk, keepLast: 2, keepBest: 0)
        for step in [10, 20, 30] { _ = try store.write(makeSnapshot(step: step)) }
        let branch = makeSnapshot(step: 15, variant: 1)
        _ = try store.write(branch)
        #expect(try store.newest()?.holds(branch) == true)
        #expect(try disk.list("checkpoints").contains("step-00000030"))
    }

    @Test func aFailedRemovalIsReportedAndTheCheckpointIsComplete() throws {
        try withTemporaryFolder { folder in
            let store = CheckpointStore(directory: "\(folder)/checkpoints", keepLast: 1, keepBest: 0)
            _ = try store.write(makeSnapshot(step: 1))
            let stranger = "\(folder)/checkpoints/step-00000001/notes/mine"
            try FileManager.default.createDirectory(atPath: stranger, withIntermediateDirectories: true)
            let record = try store.write(makeSnapshot(step: 2))
            guard case .fileSystem(let cause) = record.removalFailure else {
                Issue.record("\(record)")
                return
            }
            #expect(cause.operation == "remove")
            #expect(try store.newest()?.holds(makeSnapshot(step: 2)) == true)
        }
    }

    @Test func aFileInPlaceOfTheFolderIsATypedError() throws {
        try withTemporaryFolder { folder in
            try [UInt8]().write(file: "\(folder)/run")
            let error = #expect(throws: CheckpointError.self) {
                try CheckpointStore(directory: "\(folder)/run/checkpoints").write(makeSnapshot(step: 1))
            }
            let path = "\(folder)/run/checkpoints"
            #expect(error == .fileSystem(FileSystemError(operation: "create folder", path: path, code: ENOTDIR)))
        }
    }

    // Root may write anywhere; for root, CrashTests has a simulated test.
    @Test(.enabled(if: geteuid() != 0, "root may write anywhere"))
    func readOnlyFolderIsATypedError() throws {
        try withTemporaryFolder { folder in
            #expect(chmod(folder, 0o555) == 0)
            defer { chmod(folder, 0o755) }
            let error = #expect(throws: CheckpointError.self) {
                try CheckpointStore(directory: "\(folder)/checkpoints").write(makeSnapshot(step: 1))
            }
            let path = "\(folder)/checkpoints"
            #expect(error == .fileSystem(FileSystemError(operation: "create folder", path: path, code: EACCES)))
        }
    }
}
