import Foundation
import Metrics
import TestSupport
import Testing

extension ProgramTests {
    @Suite struct DiskTests {
        @Test(arguments: [nil, 3])
        func aFileInPlaceOfTheRunFolderIsReported(ranks: Int?) throws {
            try withTemporaryFolder { folder in
                try Data("precious".utf8).write(to: URL(fileURLWithPath: "\(folder)/file"))
                for path in ["\(folder)/file", "\(folder)/file/run"] {
                    let run = try ProgramRun(ranks: ranks, try arguments(folder, path))
                    #expect(run.exitCode == 74)
                    #expect(run.messages.count == 1, "\(run.errors)")
                    #expect(run.messages.first?.contains("\(folder)/file") == true)
                    #expect(run.messages.first?.contains("Cocoa") == false)
                }
                #expect(try String(contentsOfFile: "\(folder)/file", encoding: .utf8) == "precious")
            }
        }

        @Test(.enabled(if: geteuid() != 0, "root may write everywhere"), arguments: [nil, 3])
        func aFolderWithoutWritePermissionIsReported(ranks: Int?) throws {
            try withTemporaryFolder { folder in
                let sealed = "\(folder)/sealed"
                try FileManager.default.createDirectory(atPath: sealed, withIntermediateDirectories: false)
                chmod(sealed, 0o555)
                defer { chmod(sealed, 0o755) }
                let run = try ProgramRun(ranks: ranks, try arguments(folder, "\(sealed)/run"))
                #expect(run.exitCode == 74)
                #expect(run.messages.count == 1, "\(run.errors)")
                #expect(run.messages.first?.contains("Permission denied") == true)
            }
        }

        // A limit on file sizes in place of a full disk needs no rights. Under MPI it would affect shared memory.
        @Test func anUnwritableCheckpointStopsTheRunIfConfigured() throws {
            try withTemporaryFolder { folder in
                let files = RunFiles("\(folder)/run")
                let arguments = try arguments(folder, files.path) + Self.wide + Self.stop
                let run = try ProgramRun(arguments, shell: Self.limit(kibibytes: 32))
                #expect(run.exitCode == 74)
                #expect(run.messages.count == 1, "\(run.errors)")
                #expect(run.messages.first?.contains("cannot write: File too large") == true)
                #expect(try files.checkpointNames() == [], "nothing half-written")
            }
        }

        /// Checkpoints during training may fail.
        ///
        /// The last one contains the result, so the run fails without it.
        @Test func unwritableCheckpointsLetTrainingContinueWithAnErrorAtTheEnd() throws {
            try withTemporaryFolder { folder in
                let files = RunFiles("\(folder)/run")
                let arguments = try arguments(folder, files.path) + Self.wide
                let run = try ProgramRun(arguments, shell: Self.limit(kibibytes: 32))
                #expect(run.exitCode == 74)
                #expect(run.messages.count == 1, "\(run.errors)")
                #expect(run.messages.first?.contains("cannot write: File too large") == true)
                #expect(run.output.contains("no checkpoint was written"))
                #expect(try files.stepLosses().count == 18, "training went on")
                #expect(try files.checkpointNames() == [])
                #expect(!exists("\(files.path)/summary.json"))
            }
        }

        /// So small that the log is cut, but large enough for the checkpoints.
        @Test func aLogThatCannotGrowIsReportedOnceAndNoWeightsAreLost() throws {
            try withTemporaryFolder { folder in
                let files = RunFiles("\(folder)/run")
                let epochs = ["--set", "training.epochs=20"]
                let run = try ProgramRun(try arguments(folder, files.path) + epochs, shell: Self.limit(kibibytes: 40))
                #expect(run.exitCode == 0, "\(run.errors)")
                #expect(run.output.components(separatedBy: "events are lost").count == 2, "\(run.output)")
                #expect(try files.events().count < 180, "whole lines are left")
                let weights = try files.sha256("checkpoints/step-00000180/model.safetensors")
                #expect(try files.summary().weightsSha256 == weights)
            }
        }

        @Test(.enabled(if: geteuid() == 0, "only root may mount"), arguments: [nil, 3], [[], stop])
        func aFullDiskKeepsTheLastGoodCheckpoint(ranks: Int?, policy: [String]) throws {
            try withTemporaryFolder { folder in
                let disk = "\(folder)/disk"
                let files = RunFiles("\(disk)/run")
                // Enough for one checkpoint with 43 kB of weights and 87 kB of state.
                try #require(try shell("mkdir \(disk) && mount -t tmpfs -o size=200k tmpfs \(disk)") == 0)
                defer { _ = try? shell("umount \(disk)") }
                let arguments = try arguments(folder, files.path) + Self.wide + policy
                let run = try ProgramRun(ranks: ranks, arguments)
                #expect(run.exitCode == 74)
                #expect(run.messages.count == 1, "\(run.errors)")
                #expect(run.messages.first?.contains("No space left on device") == true)
                #expect(run.output.contains("training goes on") == policy.isEmpty)
                #expect(try files.checkpointNames() == ["latest", "step-00000000"])
                try expectSuccess(["evaluate", "--checkpoint", files.path])
            }
        }

        private static let stop = ["--set", "checkpoint.onWriteFailure=stop"]
        private static let wide = ["--set", "network.layers[0].conv2d.outputChannels=64"]

        private static func limit(kibibytes: Int) -> String { "ulimit -f \(kibibytes * 2)" }

        private func shell(_ command: String) throws -> Int32 {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/sh")
            process.arguments = ["-c", command]
            try process.run()
            process.waitUntilExit()
            return process.terminationStatus
        }

        private func arguments(_ folder: String, _ run: String) throws -> [String] {
            ["--config", try SmallNetwork.convolutional.write(to: folder), "--run-dir", run]
        }
    }
}
