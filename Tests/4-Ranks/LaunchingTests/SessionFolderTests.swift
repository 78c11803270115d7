import Foundation
import Launching
import Processes
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct SessionFolderTests {
    private func make(_ path: String, mode: mode_t) throws {
        try #require(mkdir(path, mode) == 0)
        chmod(path, mode)
    }

    @Test func aFolderForAnotherHostCanBeCreatedTwice() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/swift-dp-train-1-2"
            for _ in 1...2 { try SessionFolder(path).makeForAnotherHost() }
            var status = stat()
            #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o700)
            SessionFolder(path).remove()
            #expect(access(path, F_OK) != 0)
        }
    }

    @Test(arguments: ["link", "file", "open"])
    func anotherFileInThePlaceOfTheFolderIsRefused(kind: String) throws {
        try withTemporaryFolder { folder in
            let (path, other) = ("\(folder)/swift-dp-train-1-2", "\(folder)/other")
            try make(other, mode: 0o700)
            try "precious".write(toFile: "\(other)/file", atomically: true, encoding: .utf8)
            switch kind {
            case "link": try #require(symlink(other, path) == 0)
            case "file": try "".write(toFile: path, atomically: true, encoding: .utf8)
            default: try make(path, mode: 0o777)
            }
            #expect(throws: LaunchError.session(path: path, reason: "something else lies there")) {
                try SessionFolder(path).makeForAnotherHost()
            }
            SessionFolder(path).remove()
            #expect(access(path, F_OK) == 0)
            #expect(access("\(other)/file", F_OK) == 0)
        }
    }

    @Test func anExistingFolderIsRefusedAsTheLaunchersOwn() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/swift-dp-train-1-2"
            try make(path, mode: 0o1700)
            #expect(throws: LaunchError.session(path: path, reason: "File exists")) { try SessionFolder(path).make() }
        }
    }

    @Test func onlyALaunchsFolderIsMadeOrRemoved() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/work"
            #expect(throws: LaunchError.self) { try SessionFolder(path).makeForAnotherHost() }
            try make(path, mode: 0o700)
            SessionFolder(path).remove()
            #expect(access(path, F_OK) == 0)
        }
    }

    /// The numbers in the names are those of living processes: in another container they may belong to any process.
    @Test func foldersOfKilledLaunchesAreRemoved() throws {
        try withTemporaryFolder { folder in
            let names = ["killed", "held", "fresh", "old", "foreign"]
            let paths = Dictionary(
                uniqueKeysWithValues: names.enumerated().map { ($1, "\(folder)/swift-dp-train-\(getpid())-\($0)") }
            )
            for (name, path) in paths { try make(path, mode: ["killed", "held"].contains(name) ? 0o1700 : 0o700) }
            let lock = try FileLock.take(try #require(paths["held"]), .shared)
            let old = try #require(paths["old"])
            let tenMinutesAgo = Date(timeIntervalSinceNow: -700)
            try FileManager.default.setAttributes([.modificationDate: tenMinutesAgo], ofItemAtPath: old)
            chmod(try #require(paths["foreign"]), 0o1755)
            try SessionFolder("\(folder)/swift-dp-train-1-99").makeForAnotherHost()
            let left = names.filter { name in access(paths[name] ?? "", F_OK) == 0 }
            #expect(left == ["held", "fresh", "foreign"])
            lock?.release()
        }
    }
}
