import Foundation
import Testing

@Suite(.timeLimit(.minutes(10))) struct SuiteTests {
    /// Without one, a wait that never ends makes all tests hang instead of failing one by name.
    @Test func everySuiteHasATimeLimit() throws {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let files = try #require(FileManager.default.enumerator(at: tests, includingPropertiesForKeys: nil))
        var checked = 0
        for case let file as URL in files where file.lastPathComponent.hasSuffix("Tests.swift") {
            checked += 1
            let text = try String(contentsOf: file, encoding: .utf8)
            // Suites inside of `ProgramTests` have that one's.
            let isCovered = text.contains("extension ProgramTests {") || text.contains(/@Suite\([^\n]*\.timeLimit\(/)
            #expect(isCovered, "\(file.path)")
        }
        #expect(checked > 100)
    }
}
