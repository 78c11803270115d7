import Foundation
import Images
import Metrics
package import Reports

/// The results of explaining networks: a self-contained page, and its pictures as files.
package struct Gallery {
    /// The parts of the page.
    package let sections: [Page.Section]
    /// The accuracies of linear probes, one line each.
    package let findings: [String]
    let title: String
    let introduction: String
    let conditions: [String]
    let figures: [GalleryFigure]

    /// The page's file.
    static let pageName = "gallery.html"

    init(
        title: String,
        introduction: String,
        conditions: [String],
        sections: [GallerySection],
        findings: [String]
    ) throws(ImagesError) {
        var pages: [Page.Section] = []
        for (index, section) in sections.enumerated() { pages.append(try section.page(id: "inside-\(index)")) }
        self.title = title
        self.introduction = introduction
        self.conditions = conditions
        self.sections = pages
        self.findings = findings
        figures = sections.flatMap { $0.groups.flatMap(\.figures) }
    }

    /// Creates the folder and checks that it can be written to, before anything takes time.
    static func prepare(folder: String) throws(ExplanationError) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .output(path: folder, reason: "no folder can be made there")
        }
        let probe = "\(folder)/.\(pageName)"
        try write(Data(), to: probe)
        try? FileManager.default.removeItem(atPath: probe)
    }

    /// Writes the page and the pictures.
    ///
    /// - Parameter folder: The folder, which must exist.
    /// - Throws: `ExplanationError.output`, `ImagesError`.
    func write(to folder: String) throws {
        for figure in figures {
            try Self.write(Data(try figure.picture.png()), to: "\(folder)/\(figure.name).png")
        }
        let page = Page(title: title, summary: introduction, conditions: conditions, problems: [], sections: sections)
        try Self.write(Data(page.html().utf8), to: folder + "/" + Self.pageName)
    }

    private static func write(_ data: Data, to path: String) throws(ExplanationError) {
        do {
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .output(path: path, reason: error.reason)
        }
    }
}
