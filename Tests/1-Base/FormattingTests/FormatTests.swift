import Formatting
import Testing

@Suite(.timeLimit(.minutes(10))) struct FormatTests {
    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"), (100_000, "100,000")])
    func groupsThousands(number: Int, text: String) {
        #expect(Format.grouped(number) == text)
    }

    @Test(arguments: [(1902.5, "1,903"), (1903.4, "1,903"), (.nan, "nan"), (.infinity, "inf"), (1e300, "1e+300")])
    func groupsRoundedNumbers(number: Double, text: String) {
        #expect(Format.grouped(number) == text)
    }

    @Test(arguments: [(0.4, "0:00"), (59.6, "1:00"), (133, "2:13"), (3599, "59:59"), (3733, "1:02:13"), (-1, "0:00")])
    func writesDurationsLikeAClock(seconds: Double, text: String) {
        #expect(Format.clock(seconds) == text)
    }

    @Test(
        arguments: [
            (999, "999 B"), (3_584, "3.6 kB"), (999_949, "999.9 kB"), (999_950, "1.0 MB"),
            (4_000_000_000_000, "4.0 TB"), (16_000_000_000_000, "16.0 TB"),
        ]
    )
    func writesBytesInPowersOfAThousand(count: Int, text: String) {
        #expect(Format.bytes(count) == text)
    }

    @Test func roundsToAFixedNumberOfDecimals() {
        #expect(Format.fixed(2.0 / 3, digits: 2) == "0.67")
        #expect(Format.fixed(Float(-0.5), digits: 3) == "-0.500")
        #expect(Format.percent(0.98765) == "98.8 %")
        #expect(Format.percent(Float(0.5), digits: 0) == "50 %")
    }

    @Test func unknownDurationsAreAQuestionMark() {
        #expect(Format.clock(.infinity) == "?")
        #expect(Format.clock(.nan) == "?")
    }
}
