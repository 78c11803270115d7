import Formatting

/// Counts of what is taken for what: a table whose cells are the darker, the larger their share of the row is.
package struct ShadedMatrix: Sendable, Equatable {
    let names: [String]
    let rows: [[Int]]

    /// - Parameters:
    ///   - names: What the rows, and in the same order the columns, stand for.
    ///   - rows: A count for each column; on the diagonal is what was taken for what it is.
    package init(names: [String], rows: [[Int]]) {
        precondition(
            rows.count == names.count && rows.allSatisfy { $0.count == names.count },
            "ShadedMatrix: \(rows.count) rows found, \(names.count) of as many columns needed"
        )
        self.names = names
        self.rows = rows
    }

    /// The table, which scrolls sideways where the screen is narrow.
    package func html() -> Markup {
        let columns = names.map { Markup.element("th", ["scope": "col"], [.element("span", [:], $0)]) }
        let head = Markup.element("tr", [:], [.element("th", [:], "shown / taken for")] + columns)
        let body = zip(names, rows.enumerated()).map { name, row in
            let total = max(row.element.reduce(0, +), 1)
            let cells = row.element.enumerated().map { column, count in
                cell(count, of: total, isRight: column == row.offset, column: names[column], row: name)
            }
            return Markup.element("tr", [:], [.element("th", ["scope": "row"], name)] + cells)
        }
        let table = Markup.element(
            "table",
            ["class": "matrix"],
            [.element("thead", [:], [head]), .element("tbody", [:], body)]
        )
        return .element("div", ["class": "table", "tabindex": "0"], [table])
    }

    // The square root lets a mistake of a few percent be seen.
    private func cell(_ count: Int, of total: Int, isRight: Bool, column: String, row: String) -> Markup {
        guard count > 0 else { return .element("td", [:], "") }
        let share = Double(count) / Double(total)
        return .element(
            "td",
            [
                "class": isRight ? "right" : "wrong",
                "style": "--share: \(Format.fixed(share.squareRoot(), digits: 2))",
                "title": "\(row) taken for \(column): \(Format.fixed(100 * share, digits: 1)) %",
            ],
            Format.grouped(count)
        )
    }
}
