import Formatting

/// Fractions with their confidence intervals, one per row, as a picture and as a table.
package struct IntervalPlot: Sendable, Equatable {
    /// A measured fraction.
    package struct Row: Sendable, Equatable {
        let name: String
        /// In percent; nil if it wasn't measured.
        let value: Double?
        /// In percent.
        let interval: ClosedRange<Double>?
        /// The total of which it is a fraction.
        let note: String

        package init(_ name: String, value: Double?, interval: ClosedRange<Double>?, note: String) {
            self.name = name
            self.value = value
            self.interval = interval
            self.note = note
        }
    }

    let title: String
    /// The label of the axis, in percent.
    let label: String
    let rows: [Row]
    /// A value for comparison; nil for none.
    let reference: Double?

    package init(title: String, label: String, rows: [Row], reference: Double? = nil) {
        self.title = title
        self.label = label
        self.rows = rows
        self.reference = reference
    }

    private static let (width, left, right, rowHeight) = (480.0, 132.0, 452.0, 22.0)
    /// Longer names are shortened with an ellipsis.
    private static let nameLimit = 16

    /// The plot with its title, and a folded table of its numbers.
    package func figure() -> Markup {
        let header = ["", "\(label) (%)", "95 % interval", "of"]
        let cells = rows.map { row in
            [
                row.name, row.value.map { Format.fixed($0, digits: 1) } ?? "-",
                row.interval.map(Self.text) ?? "-", row.note,
            ]
        }
        return .element(
            "figure",
            [:],
            [
                svg(), .element("figcaption", [:], title),
                PageTable(header: header, rows: cells).folded("The numbers of this plot"),
            ]
        )
    }

    private static func text(_ interval: ClosedRange<Double>) -> String {
        "\(Format.fixed(interval.lowerBound, digits: 1)) to \(Format.fixed(interval.upperBound, digits: 1))"
    }

    private func svg() -> Markup {
        let bounds = rows.flatMap { row in (row.interval.map { [$0.lowerBound, $0.upperBound] } ?? []) }
        let scale = Scale(.linear, of: bounds + [reference].compactMap { $0 }, range: (Self.left, Self.right))
        let bottom = Self.rowHeight * Double(rows.count) + 8
        let grid = scale.ticks.flatMap { tick in
            let x = scale.position(tick)
            return [
                Self.line("grid", (x, 4), (x, bottom)),
                Self.text(NumberFormat.plain.text(tick), x: x, y: bottom + 18, anchor: "middle"),
            ]
        }
        let marks = rows.enumerated().map { index, row in
            mark(row, y: Self.rowHeight * (Double(index) + 0.5) + 4, scale: scale)
        }
        let middle = (Self.left + Self.right) / 2
        let axis = Self.text("\(label) (%)", x: middle, y: bottom + 40, anchor: "middle")
        let compared = reference.map { Self.line("axis", (scale.position($0), 4), (scale.position($0), bottom)) }
        return .element(
            "svg",
            [
                "class": "plot", "viewBox": "0 0 \(Int(Self.width)) \(Int(bottom) + 48)", "role": "img",
                "aria-label": title,
            ],
            grid + [compared].compactMap { $0 } + marks + [axis]
        )
    }

    private func mark(_ row: Row, y: Double, scale: Scale) -> Markup {
        let isLong = row.name.count > Self.nameLimit
        let name = isLong ? row.name.prefix(Self.nameLimit - 1) + "…" : row.name[...]
        var parts = [Self.text(String(name), x: Self.left - 10, y: y + 4, anchor: "end")]
        if let interval = row.interval {
            let (low, high) = (scale.position(interval.lowerBound), scale.position(interval.upperBound))
            parts.append(Self.line("bar", (low, y), (high, y)))
        }
        if let value = row.value {
            let x = Format.fixed(scale.position(value), digits: 1)
            parts.append(.element("circle", ["class": "marker", "cx": x, "cy": Format.fixed(y, digits: 1), "r": "4"]))
        }
        let words = row.value.map { "\(row.name): \(Format.fixed($0, digits: 1)) %" } ?? row.name
        return .element("g", ["class": "series series-1"], [.element("title", [:], words)] + parts)
    }

    private static func line(_ name: String, _ from: (Double, Double), _ to: (Double, Double)) -> Markup {
        let numbers = [from.0, from.1, to.0, to.1].map { Format.fixed($0, digits: 1) }
        return .element(
            "line",
            ["class": name, "x1": numbers[0], "y1": numbers[1], "x2": numbers[2], "y2": numbers[3]]
        )
    }

    private static func text(_ text: String, x: Double, y: Double, anchor: String) -> Markup {
        .element(
            "text",
            ["x": Format.fixed(x, digits: 1), "y": Format.fixed(y, digits: 1), "text-anchor": anchor],
            text
        )
    }
}
