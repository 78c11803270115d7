import Formatting
import Foundation
import Reports

/// Images as points in a plane, with the colors and shapes of their classes.
struct ScatterPlot {
    private let title: String
    private let labels: [Int32]
    private let classNames: [String]
    private let varianceShares: [Float]
    /// The images in the plot's coordinates.
    private let points: [(x: Double, y: Double)]

    private static let side = 360.0
    private static let margin = 28.0
    // Okabe and Ito's colors that are visible on white and on black, and two more.
    private static let colors = [
        "#E69F00", "#56B4E9", "#009E73", "#D55E00", "#CC79A7", "#0072B2", "#999933", "#888888",
    ]
    /// Circle, triangle, square, diamond, cross.
    ///
    /// Their number and the number of colors have no common factor, so that each of forty classes has its own mark.
    private static let shapes = [
        "m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z", "m0-3.8l3.5 6.2h-7z", "m-2.7-2.7h5.4v5.4h-5.4z", "m0-4l4 4l-4 4l-4-4z",
        "m-1.1-3.6h2.2v2.5h2.5v2.2h-2.5v2.5h-2.2v-2.5h-2.5v-2.2h2.5z",
    ]
    /// With more classes, the names would overlap.
    private static let namedClassLimit = 20

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
            axes + marks + names()
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
        let (x, y) = (Format.fixed(point.x, digits: 1), Format.fixed(point.y, digits: 1))
        return .element(
            "path",
            [
                "d": "M\(x) \(y)\(Self.shapes[label % Self.shapes.count])",
                "fill": Self.colors[label % Self.colors.count], "fill-opacity": "0.7",
            ]
        )
    }

    /// The name of each class, at the middle of its images.
    private func names() -> [Markup] {
        guard classNames.count <= Self.namedClassLimit else { return [] }
        return classNames.enumerated().compactMap { label, name in
            let own = zip(points, labels).filter { $0.1 == label }.map(\.0)
            guard !own.isEmpty else { return nil }
            let (x, y) = (own.map(\.x).sorted()[own.count / 2], own.map(\.y).sorted()[own.count / 2])
            return .element(
                "text",
                [
                    "class": "name", "x": Format.fixed(x, digits: 1), "y": Format.fixed(y + 4, digits: 1),
                    "text-anchor": "middle",
                ],
                name
            )
        }
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

    /// The values scaled so that the minimum is 0 and the maximum 1.
    private static func shares(of values: [Float]) -> [Double] {
        guard let least = values.min(), let largest = values.max(), largest > least else {
            return values.map { _ in 0.5 }
        }
        return values.map { Double(($0 - least) / (largest - least)) }
    }
}
