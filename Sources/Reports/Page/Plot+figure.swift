extension Plot {
    /// The plot with its title, and its numbers folded away beneath.
    package func figure() -> Markup {
        .element("figure", [:], [svg(), .element("figcaption", [:], title), table.folded("The numbers of this plot")])
    }
}
