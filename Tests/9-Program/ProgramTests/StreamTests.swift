import Foundation
import Metrics
import TestSupport
import Testing

extension ProgramTests {
    /// Closed terminals, full disks and readers that exit early.
    @Suite struct StreamTests {
        @Test func anErrorThatCannotBePrintedKeepsItsExitCode() throws {
            let run = try ProgramRun(["--config", "nope.yaml"], shell: "exec 2>/dev/full")
            #expect(run.exitCode == 64)
        }

        @Test(
            arguments: [nil, 2],
            [
                "exec >/dev/full 2>/dev/full", "exec >&- 2>&-", "exec <&- >&- 2>&-",
                "mkfifo p; head -1 <p >/dev/null & exec >p",
            ]
        )
        func aRunContinuesWithoutAReaderOfItsOutput(ranks: Int?, shell: String) throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let files = RunFiles("\(folder)/run")
                try expectSuccess(["--config", configuration, "--run-dir", "\(folder)/heard"])
                let run = try ProgramRun(
                    ranks: ranks,
                    ["--config", configuration, "--run-dir", files.path],
                    shell: "cd \(folder); rm -f p; \(shell)"
                )
                #expect(run.exitCode == 0, "\(run.errors)")
                #expect(try files.summary().completed)
                #expect(try files.summary().weightsSha256 == RunFiles("\(folder)/heard").summary().weightsSha256)
            }
        }

        @Test func aLaunchContinuesWithoutAReaderOfItsOutput() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let files = RunFiles("\(folder)/run")
                let run = try ProgramRun(
                    ["launch", "-n", "2", "--", "--config", configuration, "--run-dir", files.path],
                    shell: "exec 2>/dev/full"
                )
                #expect(run.exitCode == 0)
                #expect(try files.summary().completed)
            }
        }

        @Test(arguments: [
            ["inspect", "--config", "digits-cnn"], ["--config", "digits-cnn", "--dry-run"], ["compare", "none"],
            ["bench", "--layer", "relu", "--seconds", "0.01", "--json"],
        ])
        func anUnwritableResultIsReportedAndHasAnExitCode(arguments: [String]) throws {
            let run = try ProgramRun(arguments, shell: "exec >/dev/full")
            #expect(run.exitCode == 74)
            #expect(run.messages == ["swift-dp-train: standard output: cannot write: No space left on device"])
        }

        @Test func aReaderThatExitsEarlyIsNotAnError() throws {
            try withTemporaryFolder { folder in
                let pipe = "cd \(folder); mkfifo p; (exec <p; sleep 0.01) & exec >p; sleep 0.1"
                let run = try ProgramRun(["inspect", "--config", "digits-cnn"], shell: pipe)
                #expect(run.exitCode == 0)
                #expect(run.errors == "")
            }
        }
    }
}
