import Metrics
import Testing

@Suite(.timeLimit(.minutes(10))) struct CSVTests {
    @Test func quotesFieldsThatNeedIt() {
        #expect(CSV.text([["a", "b,c"], ["\"d\"", "e\nf"]]) == "a,\"b,c\"\r\n\"\"\"d\"\"\",\"e\nf\"\r\n")
    }
}
