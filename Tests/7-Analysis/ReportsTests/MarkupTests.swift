import Reports
import Testing

@Suite(.timeLimit(.minutes(10))) struct MarkupTests {
    @Test func escapesTextsAndAttributes() {
        let markup = Markup.element("a", ["href": "\"x\"&y", "id": nil], "1 < 2 & 3 > 2")
        #expect(markup.source == "<a href=\"&quot;x&quot;&amp;y\">1 &lt; 2 &amp; 3 &gt; 2</a>")
    }

    /// Names that a browser would take for a scheme, a query, a fragment or an escape, or that would end the attribute.
    @Test(
        arguments: [
            ("/a/javascript:alert(1)", "javascript%3Aalert%281%29"), ("/a/run 1", "run%201"), ("/a/x?y#z", "x%3Fy%23z"),
            ("/a/50%20", "50%2520"), ("/a/\"><b>", "%22%3E%3Cb%3E"), ("/a/b/größe", "b/gr%C3%B6%C3%9Fe"),
            ("/a/./b", "b"), ("/ab/c", "file:///ab/c"), ("/data:,x", "file:///data%3A%2Cx"), ("/a", "file:///a"),
        ]
    )
    func linksWorkForAllFileNames(path: String, address: String) {
        #expect(Markup.link(toFile: path, from: "/a/", "run").source == "<a href=\"\(address)\">run</a>")
    }

    @Test func nestsElementsAndLeavesVoidOnesOpen() {
        let markup = Markup.element("p", [:], [.text("a"), .element("br"), .element("b", [:], "c")])
        #expect(markup.source == "<p>a<br><b>c</b></p>")
    }
}
