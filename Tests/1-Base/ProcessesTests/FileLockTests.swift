import Foundation
import Processes
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct FileLockTests {
    @Test(arguments: [false, true])
    func anExclusiveLockHasOneHolderUntilItIsReleased(isFolder: Bool) throws {
        try withTemporaryFolder { folder in
            let path = isFolder ? folder : "\(folder)/lock"
            if !isFolder {
                #expect(throws: (any Error).self) { try FileLock.take(path) }
            }
            let first = try #require(try FileLock.take(path, makesFile: true))
            #expect(try FileLock.take(path) == nil)
            #expect(try FileLock.take(path, .shared) == nil)
            first.release()
            try #require(try FileLock.take(path)).release()
        }
    }

    @Test func sharedHoldersExcludeAnExclusiveOne() throws {
        try withTemporaryFolder { folder in
            let (first, second) = (try FileLock.take(folder, .shared), try FileLock.take(folder, .shared))
            try #require(first).release()
            #expect(try FileLock.take(folder) == nil)
            try #require(second).release()
            #expect(try FileLock.take(folder) != nil)
        }
    }

    @Test func aFolderThatWasReplacedIsNoticed() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/run"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            let lock = try #require(try FileLock.take(path))
            #expect(lock.isInPlace)
            try FileManager.default.moveItem(atPath: path, toPath: "\(folder)/old")
            #expect(!lock.isInPlace)
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            #expect(!lock.isInPlace, "another folder lies there")
            lock.release()
        }
    }

    @Test func theNextHolderWaitsAndReportsItOnce() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let first = try #require(try FileLock.take(path, makesFile: true))
        var waitCount = 0
        // The lock is released from the wait itself, so that the test doesn't depend on a clock.
        let second = try await FileLock.acquire(path) {
            waitCount += 1
            first.release()
        }
        second.release()
        #expect(waitCount == 1)
    }
}
