import Metrics
import TestSupport
import Testing

extension ProgramTests {
    /// What the bits depend on besides configuration and data.
    @Suite struct NumericsTests {
        #if arch(x86_64)
            @Test func resumingWithOtherArithmeticIsSaidOnce() throws {
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
        #endif

        private func warnings(_ files: RunFiles) throws -> [String] {
            try files.events().compactMap { if case .warning(let record) = $0 { record.message } else { nil } }
        }
    }
}
