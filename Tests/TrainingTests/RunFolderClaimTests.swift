import Foundation
import TestSupport
import Testing
import Training

@Suite struct RunFolderClaimTests {
    @Test func aFolderIsOneRunsUntilItIsReleased() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/a/run"
            let first = try RunFolderClaim(path: path, patienceSeconds: 0)
            #expect(throws: TrainingError.runFolderInUse(path: path)) {
                _ = try RunFolderClaim(path: path, patienceSeconds: 0.1)
            }
            first.release()
            try RunFolderClaim(path: path, patienceSeconds: 0).release()
        }
    }

    @Test func aFileIsNoFolder() throws {
        try withTemporaryFolder { folder in
            try "".write(toFile: "\(folder)/run", atomically: true, encoding: .utf8)
            #expect(throws: TrainingError.self) { _ = try RunFolderClaim(path: "\(folder)/run", patienceSeconds: 0) }
        }
    }
}
