import Foundation
import Reports
import Testing

@Suite(.timeLimit(.minutes(10))) struct PlotTests {
    private let plot = Plot(
        title: "Test accuracy <by epoch>",
        x: Plot.Axis("epoch"),
        y: Plot.Axis("test accuracy (%)", format: .fixed(1)),
        series: [
            Plot.Series(
                "MLP",
                style: 0,
                points: [Plot.Point(x: 1, y: 40, error: 2), Plot.Point(x: 2, y: 51.25)]
            ),
            Plot.Series("CNN", style: 1, isVariant: true, points: [Plot.Point(x: 2, y: 60)]),
        ]
    )

    @Test func theTableHasExactlyThePoints() {
        let table = plot.table
        #expect(table.header == ["epoch", "test accuracy (%), MLP", "test accuracy (%), CNN"])
        #expect(table.rows == [["1", "40.0 ± 2.0", ""], ["2", "51.2", "60.0"]])
    }

    /// One marker per point and one in the legend for each series; three lines per error bar.
    @Test func thePictureHasExactlyThePoints() throws {
        let source = plot.svg().source
        #expect(source.components(separatedBy: "<circle").count - 1 == 2 + 1)
        #expect(source.components(separatedBy: "<polygon").count - 1 == 1 + 1)
        #expect(source.components(separatedBy: "class=\"bar\"").count - 1 == 3)
        #expect(source.contains("aria-label=\"Test accuracy &lt;by epoch&gt;\""))
    }

    @Test func errorBarsEndAtTheLimitsOfTheQuantity() {
        func source(_ limits: ClosedRange<Double>?) -> String {
            Plot(
                title: "t",
                x: Plot.Axis("epoch"),
                y: Plot.Axis("accuracy (%)", limits: limits),
                series: [Plot.Series("a", style: 0, points: [.init(x: 1, y: 50, error: 90), .init(x: 2, y: 60)])]
            ).svg().source
        }
        #expect(source(nil).contains(">-50<") && source(nil).contains(">150<"))
        #expect(!source(0...100).contains(">-") && !source(0...100).contains(">150<"))
        #expect(source(0...100).contains(">100<"))
    }

    @Test func isWellFormedXML() throws {
        let page = Page(
            title: "<&>",
            summary: "\"quoted\"",
            problems: ["runs/a: missing"],
            sections: [Page.Section(id: "a", title: "b", reading: ["c < d"], content: [plot.figure()])]
        ).html()
        // Except for void elements, the page nests like XML.
        let body = try #require(page.range(of: "<body>")).lowerBound
        let end = try #require(page.range(of: "</body>")).upperBound
        let document = try XMLCheck.parse(String(page[body..<end]))
        #expect(document.contains("aside"))
    }

    @Test func isSelfContained() {
        let page = Page(title: "t", summary: "s", problems: [], sections: []).html()
        for forbidden in ["http:", "https:", "<script", "<link", "@import", "url("] {
            #expect(!page.contains(forbidden))
        }
        #expect(page.contains("prefers-color-scheme: dark"))
        #expect(page.contains("@media print"))
    }
}

/// Whether tags are closed in the reverse order of opening.
private enum XMLCheck {
    struct Unbalanced: Error {
        let tag: String
    }

    static func parse(_ source: String) throws -> Set<String> {
        var open: [String] = []
        var names: Set<String> = []
        for match in source.matches(of: /<(\/?)([a-z0-9]+)[^>]*>/) {
            let name = String(match.2)
            names.insert(name)
            guard match.1 == "/" else {
                open.append(name)
                continue
            }
            guard open.popLast() == name else { throw Unbalanced(tag: name) }
        }
        guard open.isEmpty else { throw Unbalanced(tag: open[0]) }
        return names
    }
}
