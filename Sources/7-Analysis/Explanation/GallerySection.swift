package import Images
package import Reports

/// A picture, its file name and its caption.
struct GalleryFigure {
    /// The file's name without its extension.
    let name: String
    let picture: PixelImage
    let caption: String
}

/// Pictures of one network, or of several if the captions name the network.
struct GalleryGroup {
    /// The network; nil if the captions name it.
    let subject: Subject?
    let figures: [GalleryFigure]

    init(of subject: Subject? = nil, _ figures: [GalleryFigure]) {
        self.subject = subject
        self.figures = figures
    }
}

/// A heading, an introduction and pictures.
struct GallerySection {
    let title: String
    let text: String
    /// Tables and plots.
    var content: [Markup] = []
    /// Groups of pictures; a group's pictures are beside each other.
    var groups: [GalleryGroup] = []

    /// The section for the page; each group names its checkpoint.
    func page(id: String) throws(ImagesError) -> Page.Section {
        var content = content
        for group in groups {
            if let subject = group.subject { content.append(subject.sourceLine) }
            var pictures: [Markup] = []
            for figure in group.figures { pictures.append(try figure.picture.figure(caption: figure.caption)) }
            content.append(.pictures(pictures))
        }
        return Page.Section(id: id, title: title, reading: [text], content: content)
    }
}

extension Subject {
    /// The network and the checkpoint's path, in the network's color.
    fileprivate var sourceLine: Markup {
        .element("p", ["class": "source series-\(style)"], "\(title), from \(path)")
    }
}

extension PixelImage {
    /// The picture for a page.
    ///
    /// - Parameter caption: The caption.
    /// - Returns: A figure that contains the picture itself.
    /// - Throws: `ImagesError`.
    package func figure(caption: String) throws(ImagesError) -> Markup {
        .picture(try dataURL(), width: width, height: height, caption: caption)
    }
}
