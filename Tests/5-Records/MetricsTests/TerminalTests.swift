import Metrics
import Testing

@Suite(.timeLimit(.minutes(5))) struct TerminalTests {
    /// Whatever the tests' own output is, `columns` has an answer.
    @Test func takesTheLaunchersWordWhereThereIsNoTerminal() {
        guard Terminal.columns(environment: [:]) == nil else { return }
        #expect(Terminal.columns(environment: ["SWIFT_DP_COLUMNS": "120"]) == 120)
        #expect(Terminal.columns(environment: ["SWIFT_DP_COLUMNS": "0"]) == nil)
        #expect(Terminal.columns(environment: ["SWIFT_DP_COLUMNS": "wide"]) == nil)
    }
}
