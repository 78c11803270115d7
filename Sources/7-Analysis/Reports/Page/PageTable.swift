/// A table of a page.
package struct PageTable: Sendable, Equatable {
    /// The names of the columns.
    package let header: [String]
    /// The cells, row by row.
    package let rows: [[String]]

    package init(header: [String], rows: [[String]]) {
        self.header = header
        self.rows = rows
    }

    /// The table as HTML; it scrolls horizontally on narrow screens.
    package func html() -> Markup {
        let head = Markup.element("tr", [:], header.map { .element("th", ["scope": "col"], $0) })
        let body = rows.map { row in Markup.element("tr", [:], row.map { .element("td", [:], $0) }) }
        let table = Markup.element("table", [:], [.element("thead", [:], [head]), .element("tbody", [:], body)])
        return .element("div", ["class": "table", "tabindex": "0"], [table])
    }

    /// The table, folded away under a summary line.
    package func folded(_ summary: String) -> Markup {
        .element("details", [:], [.element("summary", [:], summary), html()])
    }
}
