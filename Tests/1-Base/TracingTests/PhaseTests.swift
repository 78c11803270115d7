import Testing
import Tracing

@Suite(.timeLimit(.minutes(10))) struct PhaseTests {
    @Test func namesAreDistinct() {
        #expect(Set(Phase.allCases.map(\.description)).count == Phase.allCases.count)
    }

    @Test func stepPhasesAreListedOnceAndOthersAreNot() {
        let outside: Set<Phase> = [.starting, .training, .evaluating, .checkpointing, .finishing]
        #expect(Phase.ofStep.count == Set(Phase.ofStep).count)
        #expect(Set(Phase.ofStep) == Set(Phase.allCases).subtracting(outside))
    }
}
