import Foundation
import TestSupport
import Testing
import Training

@Suite(.timeLimit(.minutes(10))) struct RunFolderClaimTests {
    @Test func aFolderBelongsToOneRunUntilItIsReleased() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/a/run"
            let first = try RunFolderClaim(path: path, patienceSeconds: 0)
            #expect(throws: TrainingError.runFolderInUse(path: path)) {
                _ = try RunFolderClaim(path: path, patienceSeconds: 0)
            }
            // An empty folder would be removed, and the next claim would create another one.
            try "".write(toFile: "\(path)/config.yaml", atomically: true, encoding: .utf8)
            first.release()
            try RunFolderClaim(path: path, patienceSeconds: 0).release()
            #expect(FileManager.default.fileExists(atPath: "\(path)/config.yaml"))
        }
    }

    @Test func anUnusedFolderIsRemoved() throws {
        try withTemporaryFolder { folder in
            try RunFolderClaim(path: "\(folder)/run", patienceSeconds: 0).release()
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/run"))
        }
    }

    /// The previous run may remove its empty folder while another one waits for it.
    @Test func aRemovedFolderIsCreatedAgain() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/run"
            let first = try RunFolderClaim(path: path, patienceSeconds: 0)
            let second = try RunFolderClaim(path: path, patienceSeconds: 20) { first.release() }
            #expect(throws: TrainingError.runFolderInUse(path: path)) {
                _ = try RunFolderClaim(path: path, patienceSeconds: 0)
            }
            second.release()
        }
    }

    @Test func aFileInPlaceOfTheFolderIsRefused() throws {
        try withTemporaryFolder { folder in
            try "".write(toFile: "\(folder)/run", atomically: true, encoding: .utf8)
            for path in ["\(folder)/run", "\(folder)/run/below"] {
                #expect(throws: TrainingError.runFolder(path: path, reason: "can't be made: Not a directory")) {
                    _ = try RunFolderClaim(path: path, patienceSeconds: 0)
                }
            }
        }
    }
}
