import Formatting
import Testing

@Suite(.timeLimit(.minutes(10))) struct TextTableTests {
    @Test func alignsWordsLeftAndNumbersRight() {
        let lines = TextTable.lines([["class", "images"], ["cat", "7"], ["airplane", "1,000"]], textColumns: [0])
        #expect(lines == ["class     images", "cat            7", "airplane   1,000"])
    }

    @Test func linesDoNotEndInSpaces() {
        #expect(TextTable.lines([["7", "cat"], ["70", ""]], textColumns: [1]) == [" 7  cat", "70"])
    }
}
