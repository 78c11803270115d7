import Foundation
import Metrics
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct TerminalTests {
    private let word = ["SWIFT_DP_COLUMNS": "120"]

    @Test func theWidthOfATerminalIsUsed() throws {
        let terminal = try PseudoTerminal(columns: 97)
        #expect(Terminal.columns(of: terminal.device.fileDescriptor, environment: [:]) == 97)
        #expect(Terminal.columns(of: terminal.device.fileDescriptor, environment: word) == 97)
    }

    /// mpirun gives its ranks such a terminal.
    @Test func aTerminalOfWidthZeroUsesTheLaunchersWidth() throws {
        let terminal = try PseudoTerminal(columns: 0)
        #expect(Terminal.columns(of: terminal.device.fileDescriptor, environment: [:]) == nil)
        #expect(Terminal.columns(of: terminal.device.fileDescriptor, environment: word) == 120)
    }

    @Test func withoutATerminalTheLaunchersWidthIsUsed() throws {
        let file = try #require(FileHandle(forWritingAtPath: "/dev/null"))
        #expect(Terminal.columns(of: file.fileDescriptor, environment: [:]) == nil)
        #expect(Terminal.columns(of: file.fileDescriptor, environment: word) == 120)
        for nonsense in ["0", "wide", "-3", ""] {
            #expect(Terminal.columns(of: file.fileDescriptor, environment: ["SWIFT_DP_COLUMNS": nonsense]) == nil)
        }
    }
}
