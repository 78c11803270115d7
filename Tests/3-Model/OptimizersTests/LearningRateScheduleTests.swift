import ConfigurationFiles
import Optimizers
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct LearningRateScheduleTests {
    @Test(arguments: [
        "constant", "constant-warmup", "step", "step-warmup", "milestones", "cosine", "cosine-warmup", "one-cycle",
    ])
    func factorsEqualPyTorchs(name: String) throws {
        let fixture = try GoldenFixture.load("schedule-\(name)")
        let schedule = LearningRateSchedule(
            shape: Self.shape(of: fixture),
            warmupSteps: fixture.integer("warmupSteps"),
            stepsPerEpoch: fixture.integer("stepsPerEpoch"),
            totalSteps: fixture.integer("totalSteps")
        )
        let expected = fixture["factors"].doubles
        for (step, factor) in expected.enumerated() {
            #expect(abs(schedule.factor(atStep: step) - factor) < 1e-12, "step \(step)")
        }
    }

    @Test func oneCycleEndsAtItsLastFraction() {
        let shape = ScheduleOptions.Shape.oneCycle(initialFraction: 0.04, peakFraction: 0.3, finalFraction: 4e-6)
        let schedule = LearningRateSchedule(shape: shape, warmupSteps: 0, totalSteps: 45)
        #expect(abs(schedule.factor(atStep: 44) - 4e-6) < 1e-15)
        #expect(schedule.factor(atStep: 45) == schedule.factor(atStep: 44))
        #expect(schedule.factor(atStep: 0) == 0.04)
    }

    /// A peak in the first step and an end one step above 0: 1 - s / T, as many recipes have it.
    @Test func oneCycleFromItsPeakIsAStraightFall() {
        let shape = ScheduleOptions.Shape.oneCycle(initialFraction: 1, peakFraction: 0.005, finalFraction: 0.005)
        let schedule = LearningRateSchedule(shape: shape, warmupSteps: 0, totalSteps: 200)
        for step in 0..<200 { #expect(abs(schedule.factor(atStep: step) - (1 - Double(step) / 200)) < 1e-12) }
    }

    @Test func factorsAfterTheEndStayAtTheLastOne() {
        let cosine = LearningRateSchedule(shape: .cosine(finalFraction: 0.1), warmupSteps: 0, totalSteps: 10)
        #expect(abs(cosine.factor(atStep: 10) - 0.1) < 1e-12)
        #expect(cosine.factor(atStep: 1000) == cosine.factor(atStep: 10))
    }

    /// Factors stay finite if the rise or the fall has no length, or if the warm-up is the whole run.
    @Test(arguments: [
        LearningRateSchedule(
            shape: .oneCycle(initialFraction: 0.1, peakFraction: 0, finalFraction: 0.2),
            warmupSteps: 0,
            totalSteps: 7
        ),
        LearningRateSchedule(
            shape: .oneCycle(initialFraction: 0.1, peakFraction: 1, finalFraction: 0.2),
            warmupSteps: 0,
            totalSteps: 7
        ),
        LearningRateSchedule(
            shape: .oneCycle(initialFraction: 0.1, peakFraction: 0.3, finalFraction: 0.2),
            warmupSteps: 0,
            totalSteps: 1
        ),
        LearningRateSchedule(shape: .cosine(finalFraction: 0), warmupSteps: 7, totalSteps: 7),
        LearningRateSchedule(shape: .cosine(finalFraction: 0), warmupSteps: 0, totalSteps: 1),
    ])
    func factorsStayFiniteAndWithinZeroAndOne(schedule: LearningRateSchedule) {
        for step in 0...8 { #expect((0...1).contains(schedule.factor(atStep: step)), "step \(step)") }
    }

    private static func shape(of fixture: GoldenFixture) -> ScheduleOptions.Shape {
        if fixture.tensors["stepEpochs"] != nil {
            return .step(epochs: fixture.integer("stepEpochs"), factor: fixture.number("decayFactor"))
        }
        if let milestones = fixture.tensors["milestones"] {
            return .milestones(epochs: milestones.integers, factor: fixture.number("decayFactor"))
        }
        guard fixture.tensors["finalFraction"] != nil else { return .constant }
        let finalFraction = fixture.number("finalFraction")
        guard fixture.tensors["peakFraction"] != nil else { return .cosine(finalFraction: finalFraction) }
        return .oneCycle(
            initialFraction: fixture.number("initialFraction"),
            peakFraction: fixture.number("peakFraction"),
            finalFraction: finalFraction
        )
    }
}
