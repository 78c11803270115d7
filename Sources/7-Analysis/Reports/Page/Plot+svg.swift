import Formatting

extension Plot {
    private static let (width, height) = (480.0, 320.0)
    private static let (left, right, bottom) = (64.0, 458.0, 272.0)
    private static let legendRowHeight = 20.0

    /// The plot as inline SVG; colors come from the page's style sheet.
    package func svg() -> Markup {
        let points = series.flatMap(\.points)
        let xScale = Scale(x.kind, of: points.map(\.x) + zero(x), range: (Self.left, Self.right))
        let yValues = points.flatMap { point in
            let (low, high) = barEnds(point, error: point.error ?? 0)
            return [low, high]
        }
        let places = legendPlaces
        let top = Self.legendRowHeight * Double((places.last?.row ?? 0) + 1) + 14
        let yScale = Scale(y.kind, of: yValues + zero(y), range: (Self.bottom, top))
        let attributes: KeyValuePairs<String, String?> = [
            "class": "plot", "viewBox": "0 0 \(Int(Self.width)) \(Int(Self.height))", "role": "img",
            "aria-label": title,
        ]
        let lines = series.map { line($0, xScale, yScale) }
        return .element("svg", attributes, grid(xScale, yScale) + lines + legend(places))
    }

    /// The ends of an error bar, within the limits of the quantity.
    private func barEnds(_ point: Point, error: Double) -> (low: Double, high: Double) {
        let (low, high) = (point.y - error, point.y + error)
        return y.limits.map { (max(low, $0.lowerBound), min(high, $0.upperBound)) } ?? (low, high)
    }

    private func zero(_ axis: Axis) -> [Double] { axis.startsAtZero ? [0] : [] }

    private func grid(_ xScale: Scale, _ yScale: Scale) -> [Markup] {
        let horizontal = yScale.ticks.flatMap { tick in
            let position = yScale.position(tick)
            return [
                Self.line("grid", (Self.left, position), (Self.right, position)),
                Self.text(y.format.tick(tick), at: (Self.left - 8, position + 4), anchor: "end"),
            ]
        }
        let vertical = xScale.ticks.flatMap { tick in
            let position = xScale.position(tick)
            return [
                Self.line("grid", (position, Self.bottom), (position, Self.bottom + 5)),
                Self.text(x.format.tick(tick), at: (position, Self.bottom + 20), anchor: "middle"),
            ]
        }
        let (middle, top) = ((yScale.range.0 + yScale.range.1) / 2, yScale.range.1)
        return horizontal + vertical + [
            Self.line("axis", (Self.left, Self.bottom), (Self.right, Self.bottom)),
            Self.line("axis", (Self.left, top), (Self.left, Self.bottom)),
            Self.text(x.label, at: ((Self.left + Self.right) / 2, Self.height - 10), anchor: "middle"),
            Self.text(y.label, at: (16, middle), anchor: "middle", transform: "rotate(-90 16 \(Self.number(middle)))"),
        ]
    }

    private func line(_ series: Series, _ xScale: Scale, _ yScale: Scale) -> Markup {
        let places = series.points.map { (xScale.position($0.x), yScale.position($0.y)) }
        let path = places.enumerated().map { index, place in
            "\(index == 0 ? "M" : "L")\(Self.number(place.0)) \(Self.number(place.1))"
        }.joined()
        let bars = zip(series.points, places).compactMap { point, place -> Markup? in
            guard let error = point.error else { return nil }
            let ends = barEnds(point, error: error)
            let low = y.kind == .logarithmic ? max(ends.low, yScale.domain.lowerBound) : ends.low
            let (from, to) = (yScale.position(low), yScale.position(ends.high))
            let (x, cap) = (place.0, 4.0)
            let bar = [((x, from), (x, to)), ((x - cap, from), (x + cap, from)), ((x - cap, to), (x + cap, to))]
            return Markup(bar.map { Self.line("bar", $0.0, $0.1) })
        }
        let markers = places.map { Self.marker(series.style, at: $0) }
        return .element(
            "g",
            ["class": Self.names(series)],
            [.element("path", ["class": "line", "d": path])] + bars + markers
        )
    }

    /// The places of the series' names, in rows as wide as the plot.
    private var legendPlaces: [(x: Double, row: Int)] {
        var (x, row) = (Self.left, 0)
        return series.map { series in
            let width = 56 + 7.2 * Double(series.name.count)
            if x > Self.left, x + width > Self.right + 14 { (x, row) = (Self.left, row + 1) }
            defer { x += width }
            return (x, row)
        }
    }

    private func legend(_ places: [(x: Double, row: Int)]) -> [Markup] {
        zip(series, places).map { series, place in
            let (x, y) = (place.x, 12 + Self.legendRowHeight * Double(place.row))
            let line = "M\(Self.number(x)) \(Self.number(y))L\(Self.number(x + 30)) \(Self.number(y))"
            return .element(
                "g",
                ["class": Self.names(series)],
                [
                    .element("path", ["class": "line", "d": line]),
                    Self.marker(series.style, at: (x + 15, y)),
                    Self.text(series.name, at: (x + 37, y + 4), anchor: "start"),
                ]
            )
        }
    }

    private static func names(_ series: Series) -> String {
        "series series-\(series.style % 4)" + (series.isVariant ? " variant" : "")
    }

    /// The marker of a series, which also distinguishes it: a circle, a square, a diamond, a triangle.
    private static func marker(_ style: Int, at place: (Double, Double)) -> Markup {
        let (x, y) = place
        let corners: [(Double, Double)]
        switch style % 4 {
        case 0: return .element("circle", ["class": "marker", "cx": number(x), "cy": number(y), "r": "4"])
        case 1: corners = [(-4, -4), (4, -4), (4, 4), (-4, 4)]
        case 2: corners = [(0, -5.5), (5.5, 0), (0, 5.5), (-5.5, 0)]
        default: corners = [(0, -5), (5, 4), (-5, 4)]
        }
        let points = corners.map { "\(number(x + $0.0)),\(number(y + $0.1))" }.joined(separator: " ")
        return .element("polygon", ["class": "marker", "points": points])
    }

    private static func line(_ name: String, _ from: (Double, Double), _ to: (Double, Double)) -> Markup {
        .element(
            "line",
            ["class": name, "x1": number(from.0), "y1": number(from.1), "x2": number(to.0), "y2": number(to.1)]
        )
    }

    private static func text(
        _ text: String,
        at place: (Double, Double),
        anchor: String,
        transform: String? = nil
    ) -> Markup {
        .element(
            "text",
            ["x": number(place.0), "y": number(place.1), "text-anchor": anchor, "transform": transform],
            text
        )
    }

    /// A coordinate rounded to a tenth of a unit.
    private static func number(_ value: Double) -> String { Format.fixed(value, digits: 1) }
}
