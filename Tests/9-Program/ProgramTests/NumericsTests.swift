import Metrics
import TestSupport
import Testing

extension ProgramTests {
    /// The arithmetic, on which the bits depend besides configuration and data.
    @Suite struct NumericsTests {
        private static let common = ["--set", "parallel.numerics=common"]
        /// Rank 1 behaves like a host with another processor.
        private static let mixed = "[ \"$OMPI_COMM_WORLD_RANK\" != 1 ] || export SWIFT_DP_VECTOR=generic"

        @Test func versionPrintsTheFingerprint() throws {
            let usual = try Self.version(shell: ":")
            #expect(
                usual.firstMatch(
                    of: /^swift-dp-train \d+\.\d+\.\d+\nnumerics [0-9a-f]{16} \(OpenBLAS \w+, \w+ vectors\)\n$/
                ) != nil
            )
            #expect(try Self.version(shell: ":") == usual)
            #expect(try Self.fingerprint(shell: "export SWIFT_DP_VECTOR=generic") != Self.fingerprint(shell: ":"))
        }

        @Test func ranksOfDifferentProcessorsDoNotTrainTogether() throws {
            try withTemporaryFolder { folder in
                let arguments = ["--config", try SmallNetwork.residual.write(to: folder), "--run-dir", "\(folder)/run"]
                let run = try ProgramRun(ranks: 3, arguments, shell: Self.mixed)
                #expect(run.exitCode == 64)
                #expect(run.messages.count == 1, "\(run.errors)")
                for word in [
                    "rank 1 on ", "generic vectors", "2 ranks from rank 0 on", "set parallel.numerics to common",
                ] {
                    #expect(run.messages.first?.contains(word) == true, "\(word): \(run.errors)")
                }
                #expect(!exists("\(folder)/run"))
            }
        }

        @Test func ranksOfDifferentProcessorsTrainWithCommonKernels() throws {
            try withTemporaryFolder { folder in
                let configuration = ["--config", try SmallNetwork.residual.write(to: folder)] + Self.common
                let (alone, together) = (RunFiles("\(folder)/alone"), RunFiles("\(folder)/together"))
                try expectSuccess(configuration + ["--run-dir", alone.path])
                let run = try ProgramRun(ranks: 3, configuration + ["--run-dir", together.path], shell: Self.mixed)
                #expect(run.exitCode == 0, "\(run.errors)")
                #expect(try together.summary().weightsSha256 == alone.summary().weightsSha256)
                #expect(try alone.summary().libraries["fingerprint"] == together.summary().libraries["fingerprint"])
                let evaluation = try expectSuccess(["evaluate", "--checkpoint", alone.path, "--json"])
                #expect(evaluation.output.contains("\(try #require(alone.summary().testAccuracy))"))
            }
        }

        @Test func commonKernelsNeedARereadableConfiguration() throws {
            try withTemporaryFolder { folder in
                let path = try SmallNetwork.residual.write(to: folder)
                let pipe = "cd \(folder); mkfifo p; (cat \(path) >p) & :"
                let run = try ProgramRun(["--config", "\(folder)/p", "--dry-run"] + Self.common, shell: pipe)
                #expect(run.exitCode == 64)
                #expect(run.messages.first?.contains("can't read the configuration from a pipe again") == true)
            }
        }

        #if arch(x86_64)
            @Test func resumingWithAnotherFingerprintIsReportedOnce() throws {
                try withTemporaryFolder { folder in
                    let configuration = try SmallNetwork.convolutional.write(to: folder)
                    let files = RunFiles("\(folder)/run")
                    let arguments = ["--config", configuration, "--run-dir", files.path]
                    let first = try ProgramRun(
                        arguments + ["--max-steps", "4"],
                        shell: "export OPENBLAS_CORETYPE=Nehalem"
                    )
                    #expect(first.exitCode == 0, "\(first.errors)")
                    #expect(try warnings(files).isEmpty)
                    let second = try ProgramRun(arguments, shell: "export OPENBLAS_CORETYPE=Haswell")
                    #expect(second.exitCode == 0, "\(second.errors)")
                    let warnings = try warnings(files)
                    #expect(warnings.count == 1)
                    #expect(warnings.first?.contains("other arithmetic") == true)
                    #expect(warnings.first?.contains("blas_kernel was Nehalem and is Haswell") == true, "\(warnings)")
                    #expect((second.output + second.errors).contains("other arithmetic"))
                }
            }

            /// Names alone don't matter: kernels that compute the same bits are the same arithmetic.
            @Test(arguments: ["SandyBridge", "Zen", "Haswell"])
            func resumingWithOtherKernelsOfTheSameFingerprintIsNotReported(kernels: String) throws {
                try withTemporaryFolder { folder in
                    let configuration = try SmallNetwork.convolutional.write(to: folder)
                    let files = RunFiles("\(folder)/run")
                    let arguments = ["--config", configuration, "--run-dir", files.path]
                    let (before, after) = ("export OPENBLAS_CORETYPE=Haswell", "export OPENBLAS_CORETYPE=\(kernels)")
                    #expect(try ProgramRun(arguments + ["--max-steps", "4"], shell: before).exitCode == 0)
                    #expect(try ProgramRun(arguments, shell: after).exitCode == 0)
                    let isSame = try Self.fingerprint(shell: before) == Self.fingerprint(shell: after)
                    #expect(try warnings(files).isEmpty == isSame)
                }
            }
        #endif

        private static func version(shell: String) throws -> String {
            try ProgramRun(["--version"], shell: shell).output
        }

        private static func fingerprint(shell: String) throws -> Substring {
            try #require(version(shell: shell).firstMatch(of: /numerics ([0-9a-f]{16})/)).1
        }

        private func warnings(_ files: RunFiles) throws -> [String] {
            try files.events().compactMap { if case .warning(let record) = $0 { record.message } else { nil } }
        }
    }
}
