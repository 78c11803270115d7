/// Lines of text in columns.
package enum TextTable {
    /// Pads the cells of each column to one width.
    ///
    /// - Parameters:
    ///   - rows: The cells; every row has the same number.
    ///   - textColumns: Columns of text, aligned left; all others hold numbers, aligned right.
    /// - Returns: One line for each row.
    package static func lines(_ rows: [[String]], textColumns: Set<Int>) -> [String] {
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return textColumns.contains(column) ? cell + padding : padding + cell
            }
            return String(cells.joined(separator: "  ").trimmingSuffix { $0 == " " })
        }
    }
}

extension StringProtocol {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> SubSequence {
        var text = self[...]
        while let last = text.last, predicate(last) { text.removeLast() }
        return text
    }
}
