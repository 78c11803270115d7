extension Plot {
    /// The plot with its title, and its numbers folded away beneath.
    package func figure() -> Markup {
        guard !isEmpty else { return .element("p", [:], "\(title): no run has these numbers.") }
        return .element(
            "figure",
            [:],
            [svg(), .element("figcaption", [:], title), table.folded("The numbers of this plot")]
        )
    }
}

extension Markup {
    /// Plots and tables beside each other where there is room, else below each other.
    package static func row(_ pieces: [Markup]) -> Markup {
        .element("div", ["class": "row"], pieces.map { .element("div", [:], [$0]) })
    }

    /// Pictures beside each other, in as many rows as they need.
    package static func pictures(_ pictures: [Markup]) -> Markup { .element("div", ["class": "pictures"], pictures) }

    /// A picture of pixels with its words beneath.
    ///
    /// - Parameters:
    ///   - url: Its `data:` address.
    ///   - width: Its width in pixels.
    ///   - height: Its height in pixels.
    ///   - caption: What it shows.
    /// - Returns: A figure, no wider than the picture.
    package static func picture(_ url: String, width: Int, height: Int, caption: String) -> Markup {
        let image = Markup.element("img", ["src": url, "width": "\(width)", "height": "\(height)", "alt": caption])
        return .element(
            "figure",
            ["class": width <= 200 ? "small" : nil, "style": "max-width: \(max(width, 128))px"],
            [image, .element("figcaption", [:], caption)]
        )
    }
}
