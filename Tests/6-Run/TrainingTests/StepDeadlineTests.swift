import Testing
import Training

@Suite(.timeLimit(.minutes(10))) struct StepDeadlineTests {
    @Test func shortStepsUseTheConfiguredTimeout() {
        var deadline = StepDeadline(minimumSeconds: 60)
        #expect(deadline.timeout == .seconds(60))
        for _ in 0..<10 { deadline.add(0.5) }
        #expect(deadline.timeout == .seconds(60))
    }

    @Test func longStepsRaiseTheTimeoutAndOneOutlierDoesNot() {
        var deadline = StepDeadline(minimumSeconds: 1)
        for _ in 0..<30 { deadline.add(2) }
        deadline.add(1000)
        #expect(deadline.timeout == .seconds(40))
    }

    @Test func onlyTheLastStepsCount() {
        var deadline = StepDeadline(minimumSeconds: 1)
        for seconds in [5.0, 0.25] { for _ in 0..<40 { deadline.add(seconds) } }
        #expect(deadline.timeout == .seconds(5))
    }
}
