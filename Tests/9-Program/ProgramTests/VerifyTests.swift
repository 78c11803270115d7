import Foundation
import TestSupport
import Testing

extension ProgramTests {
    @Suite struct VerifyTests {
        @Test(arguments: SmallNetwork.allCases)
        func agreeingRanksGiveOneDigest(network: SmallNetwork) throws {
            try withTemporaryFolder { folder in
                let run = try expectSuccess(verify(try network.write(to: folder), ranks: "1,2,4"))
                let line = try #require(run.output.split(separator: "\n").last)
                #expect(line.wholeMatch(of: /1, 2, 4 ranks agree after 5 steps: [0-9a-f]{64}/) != nil, "\(line)")
            }
        }

        @Test func differencesAreReportedByStepLayerTensorAndDistance() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let run = try ProgramRun(
                    verify(configuration, ranks: "1,3") + ["--set", "parallel.reduction=fast"],
                    timeLimitSeconds: 60
                )
                #expect(run.exitCode == 70, "\(run.errors)")
                let pattern =
                    /1 and 3 ranks differ, first in step \d+: layer \d, tensor (\S+), \d+ of \d+ numbers, by at most \d+ ulps?\n/
                #expect(run.output.firstMatch(of: pattern) != nil, "\(run.output)")
            }
        }

        @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
        func aSignalEndsItAndLeavesNothing(signal: Int32) throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let temporary = "\(folder)/temporary"
                try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: false)
                let arguments = ["verify", "--config", configuration, "--ranks", "1,2", "--steps", "1000000"]
                // A shell ignores SIGINT in background processes, which inherit that.
                let shell = "export TMPDIR=\(temporary); echo $$ >\(folder)/pid"
                let run = try ProgramRun(arguments, shell: shell) {
                    try wait { (try? FileManager.default.contentsOfDirectory(atPath: temporary))?.isEmpty == false }
                    let text = try String(contentsOfFile: "\(folder)/pid", encoding: .utf8)
                    kill(try #require(Int32(text.trimmingCharacters(in: .newlines))), signal)
                }
                #expect(run.exitCode == 75, "\(run.errors)")
                #expect(try FileManager.default.contentsOfDirectory(atPath: temporary) == [])
            }
        }

        private func wait(until isSo: () -> Bool) throws {
            let end = ContinuousClock.now + .seconds(20)
            while !isSo() {
                try #require(ContinuousClock.now < end)
                Thread.sleep(forTimeInterval: 0.02)
            }
        }

        private func verify(_ configuration: String, ranks: String) -> [String] {
            ["verify", "--config", configuration, "--ranks", ranks, "--steps", "5"]
        }
    }
}
