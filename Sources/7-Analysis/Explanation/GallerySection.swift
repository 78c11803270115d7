package import Images
package import Reports

/// A picture, its file and its words.
struct GalleryFigure {
    /// The file's name without its ending.
    let name: String
    let picture: PixelImage
    let caption: String
}

/// Pictures of one network, or of several where their captions name it.
struct GalleryGroup {
    /// The network they are of; nil where their captions say it.
    let subject: Subject?
    let figures: [GalleryFigure]

    init(of subject: Subject? = nil, _ figures: [GalleryFigure]) {
        self.subject = subject
        self.figures = figures
    }
}

/// A heading, what to see under it, and the pictures.
struct GallerySection {
    let title: String
    let text: String
    /// Tables and plots.
    var content: [Markup] = []
    /// Pictures that stand beside each other, group below group.
    var groups: [GalleryGroup] = []

    /// The section as a page's; each group names the checkpoint that it is from.
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
    /// The picture in a page.
    ///
    /// - Parameter caption: What it shows.
    /// - Returns: A figure that holds the picture itself.
    /// - Throws: `ImagesError`.
    package func figure(caption: String) throws(ImagesError) -> Markup {
        .picture(try dataURL(), width: width, height: height, caption: caption)
    }
}
