import Reports
import Testing

@Suite struct MarkupTests {
    @Test func escapesTextsAndAttributes() {
        let markup = Markup.element("a", ["href": "\"x\"&y", "id": nil], "1 < 2 & 3 > 2")
        #expect(markup.source == "<a href=\"&quot;x&quot;&amp;y\">1 &lt; 2 &amp; 3 &gt; 2</a>")
    }

    @Test func nestsElementsAndLeavesVoidOnesOpen() {
        let markup = Markup.element("p", [:], [.text("a"), .element("br"), .element("b", [:], "c")])
        #expect(markup.source == "<p>a<br><b>c</b></p>")
    }
}
