import Formatting

/// A confusion matrix: a table whose cells are darker the larger their fraction of the row is.
package struct ShadedMatrix: Sendable, Equatable {
    let names: [String]
    let rows: [[Int]]

    /// - Parameters:
    ///   - names: The names of the rows and, in the same order, of the columns.
    ///   - rows: One count for each column; the diagonal has the correct answers.
    package init(names: [String], rows: [[Int]]) {
        precondition(
            rows.count == names.count && rows.allSatisfy { $0.count == names.count },
            "ShadedMatrix: \(rows.count) rows found, \(names.count) of as many columns needed"
        )
        self.names = names
        self.rows = rows
    }

    /// The table, which scrolls horizontally on narrow screens.
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

    // The square root makes mistakes of a few percent visible.
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
