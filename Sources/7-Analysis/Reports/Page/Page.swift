import Metrics

/// A self-contained HTML page: no scripts, nothing loaded from elsewhere.
package struct Page: Sendable, Equatable {
    /// A claim, the evidence for it, and how to read that.
    package struct Section: Sendable, Equatable {
        /// The result of testing a claim.
        package enum Finding: String, Sendable {
            case holds = "holds here"
            case fails = "does not hold here"
            case open = "too few runs to tell"

            /// - Parameter isTrue: Whether the claim is true; nil if that is undecided.
            package init(_ isTrue: Bool?) { self = isTrue.map { $0 ? .holds : .fails } ?? .open }
        }

        package let id: String
        package let title: String
        /// Whether the title is true here; nil if it claims nothing.
        package let finding: Finding?
        /// What the figures show, one line each.
        package let reading: [String]
        package let content: [Markup]
        package let subsections: [Section]

        package init(
            id: String,
            title: String,
            finding: Finding? = nil,
            reading: [String],
            content: [Markup],
            subsections: [Section] = []
        ) {
            self.id = id
            self.title = title
            self.finding = finding
            self.reading = reading
            self.content = content
            self.subsections = subsections
        }
    }

    /// An important number for the summary.
    package struct Highlight: Sendable, Equatable {
        let label: String
        let value: String
        let notes: [String]
        /// Which of the page's colors it has.
        let style: Int

        package init(label: String, value: String, notes: [String], style: Int) {
            self.label = label
            self.value = value
            self.notes = notes
            self.style = style
        }
    }

    /// The page's title.
    package let title: String
    /// Its first sentence, with the main result.
    package let summary: String
    /// The conditions of the result: data, epochs, optimizer, batch.
    package let conditions: [String]
    /// The date of the page, such as `2026-11-21`.
    package let date: String
    /// The numbers of that sentence.
    package let highlights: [Highlight]
    /// What is missing or broken, and so isn't on the page.
    package let problems: [String]
    /// The sections.
    package let sections: [Section]

    package init(
        title: String,
        summary: String,
        conditions: [String] = [],
        date: String = String(Terminal.timestamp().prefix(10)),
        highlights: [Highlight] = [],
        problems: [String],
        sections: [Section]
    ) {
        self.title = title
        self.summary = summary
        self.conditions = conditions
        self.date = date
        self.highlights = highlights
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
        let header = Markup.element(
            "header",
            [:],
            [
                .element("h1", [:], title), .element("p", ["class": "summary"], summary), highlightList,
                conditionLines, problemList, navigation,
            ]
        )
        let main = [header] + sections.map { Self.html($0, heading: "h2") }
        return Markup([
            .documentType,
            .element(
                "html",
                ["lang": "en"],
                [.element("head", [:], head), .element("body", [:], [.element("main", [:], main)])]
            ),
        ]).source + "\n"
    }

    private var conditionLines: Markup {
        Markup((conditions + ["This page was made on \(date)."]).map { .element("p", ["class": "conditions"], $0) })
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

    private var highlightList: Markup {
        guard !highlights.isEmpty else { return Markup([]) }
        let items = highlights.map { highlight in
            let lines =
                [
                    Markup.element("span", ["class": "label"], highlight.label),
                    .element("strong", [:], highlight.value),
                ] + highlight.notes.map { .element("span", [:], $0) }
            return Markup.element("li", ["class": "series-\(highlight.style % 4)"], lines)
        }
        return .element("ul", ["class": "highlights"], items)
    }

    private var navigation: Markup {
        guard sections.count > 1 else { return Markup([]) }
        return .element("nav", [:], sections.map { .element("a", ["href": "#\($0.id)"], $0.title) })
    }

    private static func html(_ section: Section, heading: String) -> Markup {
        let finding = section.finding.map { finding in
            Markup.element("p", ["class": "finding \(finding)"], finding.rawValue)
        }
        let reading = section.reading.map { Markup.element("p", [:], $0) }
        return .element(
            "section",
            ["id": section.id],
            [.element(heading, [:], section.title)] + [finding].compactMap { $0 } + reading + section.content
                + section.subsections.map { html($0, heading: "h3") }
        )
    }
}
