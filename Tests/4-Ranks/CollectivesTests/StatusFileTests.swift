import Collectives
import Foundation
import TestSupport
import Testing
import Tracing

@Suite(.timeLimit(.minutes(10))) struct StatusFileTests {
    private func makeFolder(_ path: String, mode: mode_t) throws {
        try #require(mkdir(path, mode) == 0)
        chmod(path, mode)
    }

    @Test func aStatusIsReadBackAndReplacesThatOfAnEarlierStart() throws {
        try withTemporaryFolder { folder in
            try makeFolder("\(folder)/session", mode: 0o700)
            for step in [3, 5] as [UInt64] {
                var status = RankStatus()
                (status.step, status.firstStep, status.phase) = (step, 2, .updating)
                try #require(StatusFile.map(rank: 1, in: "\(folder)/session")).initialize(to: status)
                #expect(StatusFile.read(rank: 1, in: "\(folder)/session") == status)
            }
        }
    }

    @Test func aLinkInTheFilesPlaceIsNotFollowed() throws {
        try withTemporaryFolder { folder in
            let (session, target) = ("\(folder)/session", "\(folder)/precious")
            try makeFolder(session, mode: 0o700)
            try "precious".write(toFile: target, atomically: true, encoding: .utf8)
            try #require(symlink(target, StatusFile.path(ofRank: 0, in: session)) == 0)
            let memory = try #require(StatusFile.map(rank: 0, in: session))
            memory.initialize(to: RankStatus())
            #expect(try String(contentsOfFile: target, encoding: .utf8) == "precious")
        }
    }

    @Test(arguments: ["link", "open"])
    func aFolderThatOthersMayHaveMadeIsNotUsed(kind: String) throws {
        try withTemporaryFolder { folder in
            let session = "\(folder)/session"
            try makeFolder("\(folder)/other", mode: 0o700)
            if kind == "link" {
                try #require(symlink("\(folder)/other", session) == 0)
            } else {
                try makeFolder(session, mode: 0o777)
            }
            #expect(StatusFile.map(rank: 0, in: session) == nil)
        }
    }
}
