import Foundation
import TestSupport
import Testing

extension ProgramTests {
    /// How command lines may go on, asked of the program and, through the scripts, of the shells.
    @Suite struct CompletionTests {
        /// A line of words with `|` between, the last one begun, and one of its completions.
        private static let cases: [(String, String)] = [
            ("--config|sm", "small.yaml"), ("--config|folder/", "folder/other.yaml"), ("sm", "small.yaml"),
            ("inspect|sm", "small.yaml"), ("--config|exp", "experiments/digits.yaml"), ("compare|ru", "runs/"),
            ("compare|runs/a|runs/", "runs/b/"), ("evaluate|--checkpoint|", "runs/a/"),
            ("evaluate|--checkpoint|we", "weights.safetensors"), ("--resume|au", "auto"), ("--run-dir|ru", "runs/"),
            ("insp", "inspect"), ("--dry", "--dry-run"), ("--set|optimizer.learn", "optimizer.learningRate="),
            ("launch|-n|2|--|--config|sm", "small.yaml"), ("compare|--format|c", "csv"), ("data|fe", "fetch"),
            ("data|fetch|mn", "mnist"), ("predict|--checkpoint|runs/a|pict", "picture 1.png"),
        ]

        @Test(arguments: cases) func theProgramCompletes(line: String, expected: String) throws {
            try withFiles { folder in
                let words = line.components(separatedBy: "|")
                let run = try ProgramRun(["complete", "--"] + words, shell: "cd \(folder)")
                #expect(run.output.components(separatedBy: "\n").contains(expected), "\(run.output)")
            }
        }

        /// Nothing is offered that doesn't begin so, that belongs to another place, or internal commands.
        @Test(arguments: [
            ("--max-steps|", ""), ("inspect|zz", ""), ("tra", "train\n"), ("--config=fold", "--config=folder/\n"),
        ])
        func nothingElseIsOffered(line: String, expected: String) throws {
            try withFiles { folder in
                let words = line.components(separatedBy: "|")
                let run = try ProgramRun(["complete", "--"] + words, shell: "cd \(folder)")
                #expect(run.output == expected)
            }
        }

        @Test(.enabled(if: isInstalled("bash"), "bash is needed"), arguments: cases)
        func bashCompletes(line: String, expected: String) throws {
            let script = """
                COMP_WORDS=(swift-dp-train "$@"); COMP_CWORD=$#
                . ./completions; _swift_dp_train; printf '%s\\n' "${COMPREPLY[@]}"
                """
            let arguments = ["-c", script, "bash"] + line.components(separatedBy: "|")
            #expect(try complete("bash", arguments).contains(expected.replacing(" ", with: "\\ ")))
        }

        /// zsh completes in its line editor only: a function takes the place of what offers words there.
        @Test(.enabled(if: isInstalled("zsh"), "zsh is needed"), arguments: cases)
        func zshCompletes(line: String, expected: String) throws {
            let script = """
                compadd() { while [[ $1 != -- ]] shift; shift; print -rl -- "$@" }
                offer() { . ./completions }
                words=(swift-dp-train "$@"); CURRENT=${#words}; offer
                """
            let arguments = ["-f", "-c", script, "zsh"] + line.components(separatedBy: "|")
            #expect(try complete("zsh", arguments).contains(expected))
        }

        @Test(.enabled(if: isInstalled("fish"), "fish is needed"), arguments: cases)
        func fishCompletes(line: String, expected: String) throws {
            // It would take words that begin with hyphens for options of its own.
            let words = line.replacing("|", with: " ")
            let script = ". ./completions; complete --do-complete 'swift-dp-train \(words)'"
            #expect(try complete("fish", ["--no-config", "-c", script]).contains(expected))
        }

        private func withFiles(_ body: (String) throws -> Void) throws {
            try withTemporaryFolder { folder in
                for name in ["folder", "runs/a", "runs/b"] {
                    try FileManager.default.createDirectory(
                        atPath: "\(folder)/\(name)",
                        withIntermediateDirectories: true
                    )
                }
                for name in ["small.yaml", "folder/other.yaml", "weights.safetensors", "picture 1.png"] {
                    try Data().write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
                }
                try body(folder)
            }
        }

        /// The lines that a shell prints which has read its script.
        private func complete(_ shell: String, _ arguments: [String]) throws -> [String] {
            var lines: [String] = []
            try withFiles { folder in
                let script = try expectSuccess(["--generate-completion-script", shell]).output
                try script.write(toFile: "\(folder)/completions", atomically: true, encoding: .utf8)
                let process = Process()
                process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
                process.arguments = ["timeout", "60", shell] + arguments
                process.currentDirectoryURL = URL(fileURLWithPath: folder)
                var environment = ProcessInfo.processInfo.environment
                environment["PATH"] = Bundle.main.bundlePath + ":" + (environment["PATH"] ?? "")
                process.environment = environment
                let output = Pipe()
                process.standardOutput = output
                process.standardInput = FileHandle.nullDevice
                try process.run()
                let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                process.waitUntilExit()
                lines = text.components(separatedBy: "\n").map { String($0.prefix { $0 != "\t" }) }
            }
            return lines
        }
    }
}

private func isInstalled(_ shell: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/\(shell)")
    }
}
