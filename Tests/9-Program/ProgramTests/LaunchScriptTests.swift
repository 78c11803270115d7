import Foundation
import Metrics
import TestSupport
import Testing

extension ProgramTests {
    /// `Launch/run`, which wraps mpirun.
    @Suite(.timeLimit(.minutes(5))) struct LaunchScriptTests {
        @Test(arguments: ["INT", "TERM", "USR1"])
        func aSignalToTheScriptStopsTheRunAfterACheckpoint(signal: String) throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let files = RunFiles("\(folder)/run")
                let train = "-n 2 --config \(configuration) --run-dir \(files.path) --set training.epochs=1000000"
                let end = try shell(
                    """
                    '\(script)' \(train) & run=$!
                    i=0; until [ -e \(files.path)/checkpoints/latest ] || [ $i = 300 ]; do i=$((i + 1)); sleep 0.1; done
                    kill -\(signal) $run; wait $run
                    """
                )
                #expect(end.exitCode == 75, "\(end.text)")
                #expect(end.text.contains("launch: SIG\(signal): stopping after a checkpoint"), "\(end.text)")
                #expect(end.text.contains("the launcher was asked to"))
                #expect(try !files.summary().completed)
            }
        }

        @Test func theTimeLimitStopsTheRunAfterACheckpoint() throws {
            try withTemporaryFolder { folder in
                let configuration = try SmallNetwork.convolutional.write(to: folder)
                let files = RunFiles("\(folder)/run")
                let train = "-n 2 --config \(configuration) --run-dir \(files.path) --set training.epochs=1000000"
                let end = try shell("exec '\(script)' \(train) --max-time 1")
                #expect(end.exitCode == 75, "\(end.text)")
                #expect(end.text.contains("the time limit"), "\(end.text)")
                #expect(try !files.summary().completed)
            }
        }

        @Test func aMissingHostFileIsNamed() throws {
            let end = try shell("exec '\(script)' --hostfile /nonexistent/hosts --config digits-mlp.yaml")
            #expect(end.exitCode == 64)
            #expect(end.text == "swift-dp-train: /nonexistent/hosts: no such file, or not readable\n")
        }

        private var script: String { SourceTree.root.appendingPathComponent("Launch/run").path }

        /// Takes the signals that wait for this thread, such as SIGPIPE after an earlier test wrote to a closed pipe on it:
        /// unblocked, they would end the tests.
        private func takePendingSignals() {
            var (signals, now) = (sigset_t(), timespec())
            sigfillset(&signals)
            sigdelset(&signals, SIGCHLD)
            while sigtimedwait(&signals, nil, &now) > 0 {}
        }

        private func shell(_ commands: String) throws -> (exitCode: Int32, text: String) {
            let process = Process()
            let output = Pipe()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            // A shell without job control makes background processes ignore SIGINT.
            process.arguments = ["timeout", "--kill-after=5", "60", "bash", "-c", "set -m\n" + commands]
            // Without a release build, the script takes the program from the PATH.
            let folder = URL(fileURLWithPath: ProgramRun.program).deletingLastPathComponent().path
            let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
            process.environment = ProcessInfo.processInfo.environment.merging(["PATH": "\(folder):\(path)"]) { $1 }
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = output
            process.standardError = output
            // Dispatch blocks all signals on its threads, and the shell would inherit that.
            var (none, blocked) = (sigset_t(), sigset_t())
            sigemptyset(&none)
            takePendingSignals()
            pthread_sigmask(SIG_SETMASK, &none, &blocked)
            defer { pthread_sigmask(SIG_SETMASK, &blocked, nil) }
            try process.run()
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            return (process.terminationStatus, text)
        }
    }
}
