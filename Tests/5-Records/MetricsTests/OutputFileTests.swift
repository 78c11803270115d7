import Foundation
import Metrics
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct OutputFileTests {
    @Test func aDeviceIsWrittenToAndNotReplaced() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/device"
            for (device, reason) in [("/dev/null", nil), ("/dev/full", "No space left on device")] {
                try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: device)
                do {
                    try Data("x".utf8).write(toOutput: path)
                    #expect(reason == nil)
                } catch {
                    #expect(error.reason == reason)
                }
                #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == device)
                try FileManager.default.removeItem(atPath: path)
            }
        }
    }

    @Test func aFileIsReplaced() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/file"
            for text in ["a long text", "short"] {
                try Data(text.utf8).write(toOutput: path)
                #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
            }
        }
    }
}
