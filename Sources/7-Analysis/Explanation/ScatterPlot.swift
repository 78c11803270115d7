import Formatting
import Foundation
import Reports

/// Images as points of a plane, in the colors and shapes of their classes.
struct ScatterPlot {
    private let title: String
    private let labels: [Int32]
    private let classNames: [String]
    private let varianceShares: [Float]
    /// The images in the plot's coordinates.
    private let points: [(x: Double, y: Double)]

    private static let side = 360.0
    private static let margin = 28.0
    // Okabe and Ito's colors, which color-blind people can tell apart; shapes tell the second five classes from the first.
    private static let colors = ["#E69F00", "#56B4E9", "#009E73", "#D55E00", "#CC79A7"]

    /// A plot of images along the first two of their principal components.
    init(title: String, features: FeatureMatrix, components: PrincipalComponents, classNames: [String]) {
        self.title = title
        self.classNames = classNames
        labels = features.labels
        varianceShares = components.varianceShares
        let coordinates = (0..<features.rows).map { components.project(features[row: $0]) }
        let room = Self.side - 2 * Self.margin
        let x = Self.shares(of: coordinates.map { $0.first ?? 0 })
        let y = Self.shares(of: coordinates.map { $0.dropFirst().first ?? 0 })
        points = zip(x, y).map { (Self.margin + room * $0, Self.margin + room * (1 - $1)) }
    }

    /// The plot, with the classes named beneath.
    func figure() -> Markup {
        let (start, end) = (Format.fixed(Self.margin, digits: 1), Format.fixed(Self.side - Self.margin, digits: 1))
        let axes: [Markup] = [
            .element("path", ["class": "axis", "d": "M\(start) \(start)V\(end)H\(end)"]),
            .element(
                "text",
                ["x": end, "y": Format.fixed(Self.side - Self.margin + 18, digits: 1), "text-anchor": "end"],
                axisTitle(0)
            ),
            .element(
                "text",
                [
                    "transform": "translate(\(Format.fixed(Self.margin - 10, digits: 1)) \(start)) rotate(-90)",
                    "text-anchor": "end",
                ],
                axisTitle(1)
            ),
        ]
        let side = Int(Self.side)
        let marks = zip(points, labels).map { point, label in mark(at: point, label: Int(label)) }
        let svg = Markup.element(
            "svg",
            ["class": "plot", "viewBox": "0 0 \(side) \(side)", "role": "img", "aria-label": title],
            axes + marks
        )
        let caption = Markup.element(
            "figcaption",
            [:],
            [.text(title), .element("span", ["class": "legend"], legend())]
        )
        return .element("figure", ["style": "flex: 1 1 20rem; max-width: \(side)px"], [svg, caption])
    }

    private func axisTitle(_ axis: Int) -> String {
        guard axis < varianceShares.count else { return "no variance" }
        return "component \(axis + 1) (\(Format.percent(varianceShares[axis], digits: 0)) of the variance)"
    }

    private func mark(at point: (x: Double, y: Double), label: Int) -> Markup {
        let color = Self.colors[label % Self.colors.count]
        let (x, y) = (Format.fixed(point.x, digits: 1), Format.fixed(point.y, digits: 1))
        return (label / Self.colors.count).isMultiple(of: 2)
            ? .element("circle", ["cx": x, "cy": y, "r": "3", "fill": color, "fill-opacity": "0.7"])
            : .element("path", ["d": "M\(x) \(y)m0-3.8l3.5 6.2h-7z", "fill": color, "fill-opacity": "0.7"])
    }

    private func legend() -> [Markup] {
        classNames.enumerated().map { label, name in
            let symbol = Markup.element(
                "svg",
                ["viewBox": "0 0 12 12", "width": "12", "height": "12", "aria-hidden": "true"],
                [mark(at: (6, 6), label: label)]
            )
            return .element("span", [:], [symbol, .text(" " + name)])
        }
    }

    /// Where each number lies between the least and the largest, from 0 to 1.
    private static func shares(of values: [Float]) -> [Double] {
        guard let least = values.min(), let largest = values.max(), largest > least else {
            return values.map { _ in 0.5 }
        }
        return values.map { Double(($0 - least) / (largest - least)) }
    }
}
