import Checkpoints
import Foundation
import TestSupport
import Testing

/// Damaged checkpoints, and paths without a checkpoint.
@Suite(.timeLimit(.minutes(10))) struct DamageTests {
    static let files = ["manifest.json", "model.safetensors", "state.safetensors"]

    @Test(arguments: files)
    func flippedBitFallsBackToThePrevious(file: String) throws {
        var generator = SplitMix64(seed: 3)
        try expectFallback(from: file) { bytes in
            (0..<100).map { _ in
                var flipped = bytes
                flipped[Int.random(in: 0..<bytes.count, using: &generator)] ^=
                    1 << Int.random(in: 0..<8, using: &generator)
                return flipped
            }
        }
    }

    @Test(arguments: files)
    func truncatedFileFallsBackToThePrevious(file: String) throws {
        try expectFallback(from: file) { bytes in (0..<bytes.count).map { Array(bytes.prefix($0)) } }
    }

    @Test(arguments: files)
    func missingFileFallsBackToThePrevious(file: String) throws {
        let (folder, rejected) = try loadAfterDamage { try FileManager.default.removeItem(atPath: "\($0)/\(file)") }
        #expect(folder == "step-00000001")
        guard case .missingFile(let path) = rejected.first?.reason else {
            Issue.record("\(rejected)")
            return
        }
        #expect(path.hasSuffix("step-00000002/\(file)"))
    }

    @Test func theReasonDistinguishesLengthAndDigest() throws {
        let truncated = try loadAfterDamage { folder in
            try [UInt8](repeating: 0, count: 5).write(file: "\(folder)/model.safetensors")
        }
        guard case .wrongByteCount(_, _, 5) = truncated.rejected.first?.reason else {
            Issue.record("\(truncated)")
            return
        }
        let flipped = try loadAfterDamage { folder in
            var bytes = try [UInt8](file: "\(folder)/model.safetensors")
            bytes[bytes.count - 1] ^= 1
            try bytes.write(file: "\(folder)/model.safetensors")
        }
        guard case .wrongDigest = flipped.rejected.first?.reason else {
            Issue.record("\(flipped)")
            return
        }
    }

    @Test(arguments: ["", "step-00000002", "step-2\n", "../step-00000002\n", "step-00000009\n", "\u{0}\n"])
    func anInvalidLatestFallsBackToTheHighestStep(text: String) throws {
        let (folder, rejected) = try loadAfterDamage { folder in
            try Array(text.utf8).write(file: "\(folder)/../latest")
        }
        #expect(folder == "step-00000002")
        #expect(rejected.count == 1)
    }

    @Test func noCompleteCheckpointIsAnErrorAndNotANewStart() throws {
        try withTemporaryFolder { folder in
            let store = CheckpointStore(directory: "\(folder)/checkpoints")
            let record = try store.write(makeSnapshot(step: 1))
            try [UInt8]().write(file: "\(folder)/checkpoints/\(record.folder)/manifest.json")
            let error = #expect(throws: CheckpointError.self) { try store.newest() }
            guard case .noneUsable(_, let reasons) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(reasons.count == 1)
            #expect(reasons.first?.contains("\(record.folder)/manifest.json: ") == true, "says which, and why")
        }
    }

    @Test func checkpointRunFolderAndWeightsAreAllLoaded() throws {
        try withTemporaryFolder { folder in
            let snapshot = makeSnapshot(step: 3)
            let record = try CheckpointStore(directory: "\(folder)/checkpoints").write(snapshot)
            let checkpoint = "\(folder)/checkpoints/\(record.folder)"
            for path in [folder, "\(folder)/checkpoints", "\(folder)/checkpoints/", checkpoint] {
                #expect(try CheckpointStore.load(path).holds(snapshot), "\(path)")
            }
            let weights = try CheckpointStore.load("\(checkpoint)/model.safetensors")
            #expect(weights.model == snapshot.model)
            #expect(weights.weightsSHA256 == record.weightsSHA256)
            let error = #expect(throws: CheckpointError.self) { try weights.requireResumePoint() }
            #expect(error == .weightsOnly(path: "\(checkpoint)/model.safetensors"))
        }
    }

    @Test func weightsAreCheckedAgainstTheManifestBesideThem() throws {
        try withTemporaryFolder { folder in
            let store = CheckpointStore(directory: folder)
            _ = try store.write(makeSnapshot(step: 1))
            let path = "\(folder)/step-00000001/model.safetensors"
            var bytes = try [UInt8](file: path)
            bytes[bytes.count - 1] ^= 1
            try bytes.write(file: path)
            let error = #expect(throws: CheckpointError.self) { try CheckpointStore.load(path) }
            guard case .wrongDigest(path, _, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            try bytes.write(file: "\(folder)/model.safetensors")
            #expect(try CheckpointStore.load("\(folder)/model.safetensors").resumePoint == nil, "no manifest, no check")
        }
    }

    @Test func pathsWithoutCheckpointAreTypedErrors() throws {
        try withTemporaryFolder { folder in
            for path in [folder, "\(folder)/nowhere"] {
                let error = #expect(throws: CheckpointError.self) { try CheckpointStore.load(path) }
                guard case .notACheckpoint(path, _) = error else {
                    Issue.record("\(path): \(String(describing: error))")
                    return
                }
            }
            let text = "\(folder)/cnn.yaml"
            try Array("training: {epochs: 6}".utf8).write(file: text)
            let error = #expect(throws: CheckpointError.self) { try CheckpointStore.load(text) }
            guard case .malformed(text, _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test func pipeInPlaceOfAFileIsRejectedAtOnce() throws {
        let (folder, rejected) = try loadAfterDamage { folder in
            try FileManager.default.removeItem(atPath: "\(folder)/model.safetensors")
            #expect(mkfifo("\(folder)/model.safetensors", 0o600) == 0)
        }
        #expect(folder == "step-00000001")
        #expect(rejected.count == 1)
    }

    /// Writes steps 1 and 2, and expects step 1 for each damaged form of a file of step 2.
    private func expectFallback(from file: String, damaged: ([UInt8]) -> [[UInt8]]) throws {
        try withTemporaryFolder { folder in
            let store = CheckpointStore(directory: "\(folder)/checkpoints")
            for step in [1, 2] { _ = try store.write(makeSnapshot(step: step)) }
            let path = "\(folder)/checkpoints/step-00000002/\(file)"
            for bytes in damaged(try [UInt8](file: path)) {
                try bytes.write(file: path)
                var rejected: [String] = []
                let loaded = try store.newest { folder, _ in rejected.append(folder) }
                #expect(loaded?.holds(makeSnapshot(step: 1)) == true)
                #expect(rejected == ["step-00000002"])
            }
        }
    }

    /// Writes steps 1 and 2, damages the second one's folder, and loads the newest.
    private func loadAfterDamage(
        _ damage: (_ folder: String) throws -> Void
    ) throws -> (folder: String?, rejected: [(folder: String, reason: CheckpointError)]) {
        try withTemporaryFolder { folder in
            let store = CheckpointStore(directory: "\(folder)/checkpoints")
            for step in [1, 2] { _ = try store.write(makeSnapshot(step: step)) }
            try damage("\(folder)/checkpoints/step-00000002")
            var rejected: [(folder: String, reason: CheckpointError)] = []
            let loaded = try store.newest { rejected.append(($0, $1)) }
            return (loaded?.path.split(separator: "/").last.map(String.init), rejected)
        }
    }
}
