import Foundation
import TestSupport
import Testing

extension ProgramTests {
    /// Two network namespaces as hosts; `Launch/two-hosts-test` itself does more.
    @Suite struct TwoHostsTests {
        /// Containers may forbid namespaces and links even to root.
        private static var canRun: Bool {
            let space = "sdt-probe-\(getpid())"
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = [
                "-c",
                """
                ip netns add \(space) && {
                    ip link add netns \(space) type veth && unshare --uts true
                    code=$?
                    ip netns delete \(space)
                    exit $code
                }
                """,
            ]
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            guard (try? process.run()) != nil else { return false }
            process.waitUntilExit()
            return process.terminationStatus == 0
        }

        @Test(.enabled(if: canRun, "network namespaces need root, iproute2 and permission"), .timeLimit(.minutes(3)))
        func aRunContinuesWithoutAHostWhoseLinkIsCut() throws {
            let process = Process()
            let output = Pipe()
            process.executableURL = SourceTree.root.appendingPathComponent("Launch/two-hosts-test")
            process.arguments = ["link-cut"]
            process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_DP_DATA": "/nonexistent"]) { $1 }
            process.standardOutput = output
            process.standardError = output
            try process.run()
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            #expect(process.terminationStatus == 0, "\(text)")
            #expect(text.contains("0 failed; all others ended with weights "))
        }
    }
}
