import Testing
import Training

@Suite(.timeLimit(.minutes(10))) struct TimeLimitTests {
    @Test(arguments: [
        ("90", 90.0), ("0.5", 0.5), ("1:30", 90), ("2:00:01", 7201), ("1:00:00:00", 86400), ("00:05", 5),
    ])
    func aDurationIsSecondsOptionallyAfterMinutesHoursAndDays(text: String, seconds: Double) {
        #expect(TimeLimit.seconds(text) == seconds)
    }

    @Test(arguments: ["", "0", "soon", "1:", ":1", "-5", "1:-5", "nan", "inf", "1:2:3:4:5", "1 h"])
    func otherTextsAreNotDurations(text: String) {
        #expect(TimeLimit.seconds(text) == nil)
    }
}
