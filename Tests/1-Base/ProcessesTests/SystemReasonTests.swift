import Foundation
import Processes
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct SystemReasonTests {
    @Test func theSystemsReasonIsFoundUnderFoundationsError() throws {
        try withTemporaryFolder { folder in
            try "".write(toFile: "\(folder)/file", atomically: true, encoding: .utf8)
            let error = try #require(throws: (any Error).self) {
                try FileManager.default.createDirectory(atPath: "\(folder)/file/x", withIntermediateDirectories: true)
            }
            #expect(error.systemReason == "Not a directory")
        }
        let denied = CocoaError(
            .fileWriteNoPermission,
            userInfo: [NSUnderlyingErrorKey: POSIXError(.EACCES) as any Error]
        )
        #expect(denied.systemReason == "Permission denied")
    }

    @Test func anErrorWithoutASystemReasonUsesItsOwnDescription() {
        struct Odd: LocalizedError { var errorDescription: String? { "It is odd." } }
        #expect(Odd().systemReason == "It is odd")
    }
}
