/// A self-contained page of HTML: no scripts, nothing loaded from elsewhere.
package struct Page: Sendable, Equatable {
    /// A claim, what supports it, and how to read that.
    package struct Section: Sendable, Equatable {
        let id: String
        let title: String
        /// What the figures say, a line each.
        let reading: [String]
        let content: [Markup]

        package init(id: String, title: String, reading: [String], content: [Markup]) {
            self.id = id
            self.title = title
            self.reading = reading
            self.content = content
        }
    }

    /// The page's title.
    package let title: String
    /// Its first sentence, which says it all.
    package let summary: String
    /// What is missing or broken, and so isn't on the page.
    package let problems: [String]
    /// The rest.
    package let sections: [Section]

    package init(title: String, summary: String, problems: [String], sections: [Section]) {
        self.title = title
        self.summary = summary
        self.problems = problems
        self.sections = sections
    }

    /// The whole file.
    package func html() -> String {
        let head: [Markup] = [
            .element("meta", ["charset": "utf-8"]),
            .element("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
            .element("meta", ["name": "color-scheme", "content": "light dark"]),
            .element("title", [:], title),
            .style(Self.style),
        ]
        let main =
            [
                .element("h1", [:], title), .element("p", ["class": "summary"], summary), problemList,
            ] + sections.map(Self.html)
        return Markup([
            .documentType,
            .element(
                "html",
                ["lang": "en"],
                [.element("head", [:], head), .element("body", [:], [.element("main", [:], main)])]
            ),
        ]).source + "\n"
    }

    private var problemList: Markup {
        guard !problems.isEmpty else { return Markup([]) }
        return .element(
            "aside",
            [:],
            [
                .element("p", [:], "Missing from this page:"),
                .element("ul", [:], problems.map { .element("li", [:], $0) }),
            ]
        )
    }

    private static func html(_ section: Section) -> Markup {
        let reading = section.reading.map { Markup.element("p", [:], $0) }
        return .element(
            "section",
            ["id": section.id],
            [.element("h2", [:], section.title)] + reading + section.content
        )
    }

    /// Blue and vermilion of a palette for the color-blind (Okabe and Ito, "Color universal design", 2008), then green
    /// and purple; lighter ones on a dark ground.
    private static let style = """
        :root { --ground: #ffffff; --ink: #1d2329; --faint: #5b6670; --rule: #d5dadf; --panel: #f4f6f8;
          --series-0: #b84a00; --series-1: #0072b2; --series-2: #00795a; --series-3: #9a4f80; }
        @media (prefers-color-scheme: dark) {
          :root { --ground: #14181c; --ink: #e6eaee; --faint: #9aa6b1; --rule: #353d45; --panel: #1d2329;
            --series-0: #f0893e; --series-1: #56b4e9; --series-2: #2fc79c; --series-3: #dd9cc5; }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--ground); color: var(--ink);
          font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; }
        main { max-width: 52rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
        h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 1rem; }
        h2 { font-size: 1.2rem; line-height: 1.3; margin: 0 0 .5rem; }
        p { margin: 0 0 .5rem; overflow-wrap: anywhere; }
        .summary { font-size: 1.2rem; line-height: 1.45; padding: 1rem; background: var(--panel);
          border-left: 4px solid var(--series-1); }
        aside { padding: .75rem 1rem; border: 1px solid var(--series-0); margin: 1rem 0; }
        section { margin-top: 2.5rem; border-top: 1px solid var(--rule); padding-top: 1.25rem; }
        figure { margin: 1rem 0 .5rem; }
        figcaption { color: var(--faint); font-size: .875rem; }
        .plot { display: block; width: 100%; max-width: 40rem; height: auto; font-size: 13px; }
        .plot text { fill: var(--ink); }
        .plot .grid { stroke: var(--rule); } .plot .axis { stroke: var(--faint); }
        .series .line { fill: none; stroke-width: 2; } .series .bar { stroke-width: 1.5; }
        .series-0 .line, .series-0 .bar { stroke: var(--series-0); } .series-0 .marker { fill: var(--series-0); }
        .series-1 .line, .series-1 .bar { stroke: var(--series-1); } .series-1 .marker { fill: var(--series-1); }
        .series-2 .line, .series-2 .bar { stroke: var(--series-2); } .series-2 .marker { fill: var(--series-2); }
        .series-3 .line, .series-3 .bar { stroke: var(--series-3); } .series-3 .marker { fill: var(--series-3); }
        .series.variant .line { stroke-width: 1; } .series.variant .marker { fill: var(--ground); stroke-width: 1.5; }
        .series-0 .marker { stroke: var(--series-0); } .series-1 .marker { stroke: var(--series-1); }
        .series-0 .line { stroke-dasharray: 7 4; } .series-2 .line { stroke-dasharray: 2 3; }
        .series-3 .line { stroke-dasharray: 9 3 2 3; }
        .pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(7rem, 1fr)); gap: .75rem; }
        .pictures figure { margin: 0; }
        .pictures img { display: block; width: 100%; height: auto; image-rendering: pixelated; }
        .table { overflow-x: auto; margin: .5rem 0; }
        table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
        th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--rule); text-align: right; vertical-align: top; }
        td { white-space: nowrap; }
        th:first-child, td:first-child { text-align: left; padding-left: 0; }
        summary { cursor: pointer; color: var(--faint); font-size: .875rem; margin: .5rem 0; }
        @media print {
          body { font-size: 10pt; } main { max-width: none; padding: 0; }
          section, figure, tr { break-inside: avoid; }
          details::details-content { content-visibility: visible; block-size: auto; }
        }

        """
}
