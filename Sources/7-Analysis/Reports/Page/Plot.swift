import Formatting

/// A line plot with error bars, as a picture and as a table.
package struct Plot: Sendable, Equatable {
    /// An axis, with its quantity and unit.
    package struct Axis: Sendable, Equatable {
        let label: String
        let kind: Scale.Kind
        let format: NumberFormat
        let startsAtZero: Bool
        /// The possible values of the quantity, beyond which error bars are not drawn; nil if there is no limit.
        let limits: ClosedRange<Double>?

        package init(
            _ label: String,
            kind: Scale.Kind = .linear,
            format: NumberFormat = .plain,
            startsAtZero: Bool = false,
            limits: ClosedRange<Double>? = nil
        ) {
            self.label = label
            self.kind = kind
            self.format = format
            self.startsAtZero = startsAtZero
            self.limits = limits
        }
    }

    /// A measured point.
    package struct Point: Sendable, Equatable {
        package let x: Double
        package let y: Double
        /// Half the length of the error bar; nil for none.
        package let error: Double?

        package init(x: Double, y: Double, error: Double? = nil) {
            self.x = x
            self.y = y
            self.error = error
        }
    }

    /// Points that are connected.
    package struct Series: Sendable, Equatable {
        package let name: String
        /// Which of the page's colors, markers and dashes it has.
        package let style: Int
        /// Whether it shows the same network under other conditions: with the same color and hollow markers.
        package let isVariant: Bool
        package let points: [Point]

        package init(_ name: String, style: Int, isVariant: Bool = false, points: [Point]) {
            self.name = name
            self.style = style
            self.isVariant = isVariant
            self.points = points
        }
    }

    /// What is shown, in a few words.
    package let title: String
    package let x: Axis
    package let y: Axis
    package let series: [Series]

    package init(title: String, x: Axis, y: Axis, series: [Series]) {
        self.title = title
        self.x = x
        self.y = y
        self.series = series
    }

    /// The plot's numbers: one row for each x, one column for each series.
    package var table: PageTable {
        let xs = Set(series.flatMap { $0.points.map(\.x) }).sorted()
        let rows = xs.map { x in
            [self.x.format.text(x)]
                + series.map { series in
                    guard let point = series.points.first(where: { $0.x == x }) else { return "" }
                    return y.format.text(point.y) + (point.error.map { " ± " + y.format.text($0) } ?? "")
                }
        }
        return PageTable(header: [x.label] + series.map { "\(y.label), \($0.name)" }, rows: rows)
    }
}

/// How an axis's numbers are formatted.
package enum NumberFormat: Sendable, Equatable {
    /// With as few digits as necessary.
    case plain
    /// With a fixed number of decimals.
    case fixed(Int)
    /// With commas between thousands.
    case grouped

    /// The formatted number.
    package func text(_ value: Double) -> String {
        switch self {
        case .plain: Int(exactly: value).map(Format.grouped) ?? "\(value)"
        case .fixed(let digits): Format.fixed(value, digits: digits)
        case .grouped: Format.grouped(value)
        }
    }

    /// The number at a tick, where large powers of ten are written as powers.
    func tick(_ value: Double) -> String {
        let powers: [Double: String] = [
            1e4: "10⁴", 1e5: "10⁵", 1e6: "10⁶", 1e7: "10⁷", 1e8: "10⁸", 1e9: "10⁹", 1e10: "10¹⁰", 1e11: "10¹¹",
            1e12: "10¹²",
        ]
        return powers[value] ?? NumberFormat.plain.text(value)
    }
}
