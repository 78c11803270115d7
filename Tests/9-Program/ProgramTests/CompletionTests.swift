import Foundation
import TestSupport
import Testing

extension ProgramTests {
    /// The completion scripts, tried in the shells themselves.
    @Suite struct CompletionTests {
        private static let cases = [
            ("--config sm", "small.yaml"), ("inspect sm", "small.yaml"), ("--config folder/", "folder/other.yaml"),
            ("compare ru", "runs"), ("evaluate --checkpoint we", "weights.safetensors"), ("--resume au", "auto"),
            ("--run-dir ru", "runs"), ("--config exp", "experiments/digits.yaml"), ("insp", "inspect"),
        ]

        @Test(.enabled(if: isInstalled("bash"), "bash is needed"), arguments: cases)
        func bashCompletes(line: String, expected: String) throws {
            let script = """
                COMP_WORDS=(swift-dp-train $LINE); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                COMP_LINE="swift-dp-train $LINE"; COMP_POINT=${#COMP_LINE}
                . ./completions; _swift-dp-train 2>/dev/null; printf '%s\\n' "${COMPREPLY[@]}"
                """
            #expect(try complete("bash", line, ["-c", script]).contains(expected))
        }

        @Test(.enabled(if: isInstalled("fish"), "fish is needed"), arguments: cases)
        func fishCompletes(line: String, expected: String) throws {
            let script = ". ./completions; complete -C \"swift-dp-train $LINE\""
            #expect(try complete("fish", line, ["-c", script]).contains(expected))
        }

        /// zsh completes in a terminal only, which its module zpty is.
        @Test(.enabled(if: isInstalled("zsh"), "zsh is needed"), arguments: cases)
        func zshCompletes(line: String, expected: String) throws {
            let script = """
                zmodload zsh/zpty; zpty z zsh -f -i
                zpty -w z 'PS1=; fpath=($PWD $fpath); autoload -U compinit; compinit -u -D; PS1=ready'
                zpty -r z out '*ready*ready*'; zpty -n -w z "swift-dp-train $LINE"$'\\t\\t'
                sleep 2; zpty -r -t z out '*'; while zpty -r -t z more '*'; do out+=$more; done
                print -r -- "$out" | tr -cd '[:print:]\\n' | tr ' ' '\\n'
                """
            let output = try complete("zsh", line, ["-f", "-c", script])
            #expect(output.contains { $0.contains(expected) }, "\(output)")
        }

        private func complete(_ shell: String, _ line: String, _ arguments: [String]) throws -> [String] {
            try withTemporaryFolder { folder in
                for name in ["folder", "runs"] {
                    try FileManager.default.createDirectory(
                        atPath: "\(folder)/\(name)",
                        withIntermediateDirectories: true
                    )
                }
                for name in ["small.yaml", "folder/other.yaml", "weights.safetensors"] {
                    try Data().write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
                }
                let scripts = try expectSuccess(["--generate-completion-script", shell]).output
                for name in ["completions", "_swift-dp-train"] {
                    try scripts.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
                }
                let process = Process()
                process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
                process.arguments = ["timeout", "20", shell] + arguments
                process.currentDirectoryURL = URL(fileURLWithPath: folder)
                var environment = ProcessInfo.processInfo.environment
                environment["LINE"] = line
                environment["PATH"] = Bundle.main.bundlePath + ":" + (environment["PATH"] ?? "")
                process.environment = environment
                let output = Pipe()
                process.standardOutput = output
                process.standardError = FileHandle.nullDevice
                process.standardInput = FileHandle.nullDevice
                try process.run()
                let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                process.waitUntilExit()
                return text.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }.map {
                    $0.hasSuffix("/") ? String($0.dropLast()) : $0.trimmingCharacters(in: .whitespaces)
                }
            }
        }
    }
}

private func isInstalled(_ shell: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/\(shell)")
    }
}
