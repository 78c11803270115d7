import Console
import Foundation
import Testing

@Suite(.timeLimit(.minutes(10))) struct StandardStreamTests {
    @Test func failingToWriteAResultIsAnError() throws {
        let full = open("/dev/full", O_WRONLY)
        defer { close(full) }
        let stream = StandardStream(descriptor: full, name: "standard output")
        let error = try #require(throws: StreamError.self) { try stream.writeLine("a result") }
        #expect(error.description == "standard output: cannot write: No space left on device")
        stream.tellLine("progress is lost without a word")
    }

    @Test func aReaderThatHasExitedIsNotAnError() throws {
        signal(SIGPIPE, SIG_IGN)
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        close(ends[0])
        defer { close(ends[1]) }
        try StandardStream(descriptor: ends[1], name: "standard output").writeLine("a result")
    }

    @Test func aClosedStreamIsAnError() {
        #expect(throws: StreamError.self) {
            try StandardStream(descriptor: -1, name: "standard output").write("a result")
        }
    }

    @Test func aLongTextIsWrittenCompletelyToANonBlockingPipe() throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        _ = fcntl(ends[1], F_SETFL, fcntl(ends[1], F_GETFL) | O_NONBLOCK)
        let text = String(repeating: "a line\n", count: 100_000)
        let writer = Thread { [writing = ends[1]] in
            StandardStream(descriptor: writing, name: "pipe").tell(text)
            close(writing)
        }
        writer.start()
        var count = 0
        LineReader.readLines(from: ends[0]) { line in
            if line == "a line" { count += 1 }
        }
        close(ends[0])
        #expect(count == 100_000)
    }

    @Test func anUnfinishedLastLineIsALine() throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        StandardStream(descriptor: ends[1], name: "pipe").tell("one\n\nthree")
        close(ends[1])
        var lines: [String] = []
        LineReader.readLines(from: ends[0]) { lines.append($0) }
        close(ends[0])
        #expect(lines == ["one", "", "three"])
    }

    @Test func anUnreadableDescriptorHasNoLines() {
        var lines: [String] = []
        LineReader.readLines(from: -1) { lines.append($0) }
        #expect(lines.isEmpty)
    }

    /// `print` silently drops what it can't write, and `FileHandle.write` traps.
    @Test func nothingElseInTheProgramWritesToTheStandardStreams() throws {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Sources")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var checked = 0
        for case let file as URL in files where file.pathExtension == "swift" && !file.path.contains("/Console/") {
            checked += 1
            for (index, line) in try String(contentsOf: file, encoding: .utf8).split(
                separator: "\n",
                omittingEmptySubsequences: false
            ).enumerated() {
                #expect(
                    line.firstMatch(of: /(^|[^.\w])(print|fputs|puts)\(|FileHandle\.standard|availableData/) == nil
                        || line.contains("func print("),
                    "\(file.path):\(index + 1): \(line)"
                )
            }
        }
        #expect(checked > 100)
    }
}
