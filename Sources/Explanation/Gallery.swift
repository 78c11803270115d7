import Foundation
import Images
import Metrics

/// A picture, its file and its words.
struct GalleryFigure {
    /// The file's name without its ending.
    let name: String
    let picture: PixelImage
    let caption: String
}

/// A heading, what to see under it, and the pictures.
struct GallerySection {
    let title: String
    let text: String
    /// Tables and plots.
    var html = ""
    /// Pictures that stand beside each other, group below group.
    var groups: [[GalleryFigure]] = []

    var figures: [GalleryFigure] { groups.flatMap { $0 } }
}

/// The page with all pictures, which needs no other file, and the pictures as files beside it.
struct Gallery {
    let title: String
    let introduction: String
    let sections: [GallerySection]

    /// The page's file.
    static let pageName = "gallery.html"

    /// Makes the folder and sees that it can be written, before anything takes time.
    static func prepare(folder: String) throws(ExplanationError) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try write(Data(), to: folder + "/" + pageName)
        } catch let error as ExplanationError {
            throw error
        } catch {
            throw .output(path: folder, reason: "no folder can be made there")
        }
    }

    /// Writes the page and the pictures.
    ///
    /// - Parameter folder: The folder, which exists.
    /// - Throws: `ExplanationError.output`, `ImagesError`.
    func write(to folder: String) throws {
        for figure in sections.flatMap(\.figures) {
            try Self.write(Data(try figure.picture.png()), to: "\(folder)/\(figure.name).png")
        }
        try Self.write(Data(try html().utf8), to: folder + "/" + Self.pageName)
    }

    private static func write(_ data: Data, to path: String) throws(ExplanationError) {
        do {
            try data.write(to: URL(fileURLWithPath: path))
        } catch {
            throw .output(path: path, reason: error.reason)
        }
    }

    private func html() throws -> String {
        let links = sections.enumerated().map { "<a href=\"#s\($0)\">\($1.title.htmlEscaped)</a>" }
        let body = try sections.enumerated().map { index, section in
            let groups = try section.groups.map { group in
                "<div class=\"figures\">\n\(try group.map(Self.html).joined(separator: "\n"))\n</div>"
            }
            return """
                <section id="s\(index)">
                <h2>\(section.title.htmlEscaped)</h2>
                <p>\(section.text.htmlEscaped)</p>
                \(section.html)
                \(groups.joined(separator: "\n"))
                </section>
                """
        }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(title.htmlEscaped)</title>
            <style>
            \(Self.style)
            </style>
            </head>
            <body>
            <header>
            <h1>\(title.htmlEscaped)</h1>
            <p>\(introduction.htmlEscaped)</p>
            <nav>\(links.joined(separator: "\n"))</nav>
            </header>
            <main>
            \(body.joined(separator: "\n"))
            </main>
            </body>
            </html>

            """
    }

    private static func html(_ figure: GalleryFigure) throws -> String {
        let (picture, caption) = (figure.picture, figure.caption.htmlEscaped)
        return """
            <figure style="max-width: \(max(picture.width, 180))px">
            <img src="\(try picture.dataURL())" width="\(picture.width)" height="\(picture.height)" alt="\(caption)">
            <figcaption>\(caption)</figcaption>
            </figure>
            """
    }

    private static let style = """
        :root { color-scheme: light dark; --ink: #1c1e21; --soft: #5b6067; --paper: #fbfbf9; --line: #d9d9d4; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e8e6e1; --soft: #a3a7ad; --paper: #16181b; --line: #363a3f; }
        }
        @media print { :root { --ink: #000; --soft: #444; --paper: #fff; --line: #bbb; } nav { display: none; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 1.5rem clamp(1rem, 4vw, 3rem) 4rem; max-width: 72rem; color: var(--ink);
          background: var(--paper); font: 1rem/1.55 system-ui, sans-serif; }
        h1 { font-size: clamp(1.6rem, 5vw, 2.4rem); line-height: 1.15; margin: 1rem 0 0.5rem; }
        h2 { font-size: 1.3rem; margin: 0 0 0.25rem; }
        header p, section > p { max-width: 44rem; color: var(--soft); margin: 0.25rem 0 1rem; }
        nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; font-size: 0.95rem; }
        a { color: inherit; }
        section { border-top: 1px solid var(--line); margin-top: 2rem; padding-top: 1.5rem; }
        .figures, .plots { margin-bottom: 1.25rem; display: flex; flex-wrap: wrap; gap: 1.25rem; align-items: flex-start; }
        figure { margin: 0; min-width: 0; break-inside: avoid; }
        img, svg { display: block; max-width: 100%; height: auto; }
        img { image-rendering: pixelated; border-radius: 3px; }
        figcaption { font-size: 0.85rem; line-height: 1.35; color: var(--soft); margin-top: 0.4rem; }
        .table { overflow-x: auto; }
        table { border-collapse: collapse; margin: 0 0 1.25rem; font-variant-numeric: tabular-nums; }
        th, td { text-align: right; padding: 0.25rem 0.9rem 0.25rem 0; border-bottom: 1px solid var(--line); }
        th:first-child, td:first-child { text-align: left; }
        svg text { fill: var(--ink); font: 11px system-ui, sans-serif; }
        .legend { display: flex; flex-wrap: wrap; gap: 0 0.8rem; margin-top: 0.25rem; }
        .legend svg { display: inline-block; vertical-align: -1px; }
        svg .axis { stroke: var(--soft); stroke-width: 1; fill: none; }
        """
}

extension String {
    /// The text with the characters that HTML reserves written as entities.
    var htmlEscaped: String {
        reduce(into: "") { escaped, character in
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.append(character)
            }
        }
    }
}

/// A table of texts, the first row its head.
func htmlTable(_ rows: [[String]]) -> String {
    let lines = rows.enumerated().map { index, row in
        let tag = index == 0 ? "th" : "td"
        return "<tr>" + row.map { "<\(tag)>\($0.htmlEscaped)</\(tag)>" }.joined() + "</tr>"
    }
    return "<div class=\"table\"><table>\n\(lines.joined(separator: "\n"))\n</table></div>"
}
