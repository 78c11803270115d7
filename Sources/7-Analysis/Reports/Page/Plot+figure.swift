extension Plot {
    /// The plot with its title, and a folded table of its numbers.
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
    /// Plots and tables beside each other if there is space, otherwise below each other.
    package static func row(_ pieces: [Markup]) -> Markup {
        .element("div", ["class": "row"], pieces.map { .element("div", [:], [$0]) })
    }

    /// Pictures beside each other, in as many rows as needed.
    package static func pictures(_ pictures: [Markup]) -> Markup { .element("div", ["class": "pictures"], pictures) }

    /// A picture with its caption.
    ///
    /// - Parameters:
    ///   - url: Its `data:` URL.
    ///   - width: Its width in pixels.
    ///   - height: Its height in pixels.
    ///   - caption: The caption.
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
