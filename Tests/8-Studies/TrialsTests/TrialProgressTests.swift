import Testing
import Trials

@Suite(.timeLimit(.minutes(10))) struct TrialProgressTests {
    @Test func theRemainingTimeFollowsFromTheCompletedTrials() {
        #expect(TrialProgress.text(done: 2, count: 8, elapsedSeconds: 20) == "[=====               ] 2/8, 1:00 left:")
        #expect(TrialProgress.text(done: 8, count: 8, elapsedSeconds: 20) == "[====================] 8/8:")
    }
}
