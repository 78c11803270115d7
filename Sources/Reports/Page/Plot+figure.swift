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
