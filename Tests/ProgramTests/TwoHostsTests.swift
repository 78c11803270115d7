import Foundation
import Testing

extension ProgramTests {
    /// Two network namespaces as hosts; `Launch/two-hosts-test` alone runs more.
    @Suite struct TwoHostsTests {
        private static var canRun: Bool {
            let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
            return geteuid() == 0
                && ["ip", "unshare"].allSatisfy { tool in folders.contains { exists("\($0)/\(tool)") } }
        }

        @Test(.enabled(if: canRun, "making network namespaces needs root and iproute2"), .timeLimit(.minutes(3)))
        func aRunGoesOnWithoutTheHostBeyondACutLink() throws {
            let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent()
            let process = Process()
            let output = Pipe()
            process.executableURL = root.appendingPathComponent("Launch/two-hosts-test")
            process.arguments = ["link-cut"]
            process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_DP_DATA": "/nonexistent"]) { $1 }
            process.standardOutput = output
            process.standardError = output
            try process.run()
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            // Containers may forbid namespaces to root, too; the script says so.
            if process.terminationStatus == 69 {
                print(text)
                return
            }
            #expect(process.terminationStatus == 0, "\(text)")
            #expect(text.contains("0 failed; all others ended with weights "))
        }
    }
}
