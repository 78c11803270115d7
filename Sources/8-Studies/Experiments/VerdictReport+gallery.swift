import Explanation
import Reports

extension VerdictReport {
    /// What the trained networks have learned.
    func gallerySection(_ opened: NetworkGallery) -> Page.Section {
        let reading = [
            "A convolution's filter is a small pattern that is looked for everywhere, and what excites it can be shown; "
                + "a dense unit weighs every pixel of the image by itself.",
            opened.gallery.map { "How linearly separable the classes are: \($0.findings.joined(separator: ", "))." }
                ?? "No network could be opened.",
        ]
        return Page.Section(
            id: "inside",
            title: "A small CNN can be opened and read",
            reading: reading,
            content: [sources(of: opened.runs, title: "The runs that these pictures are of")],
            subsections: opened.gallery?.sections ?? []
        )
    }
}
