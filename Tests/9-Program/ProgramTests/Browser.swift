import Foundation

/// A real browser without a window: Chromium or a relative.
enum Browser {
    /// How a browser shows a page.
    struct Impression: Codable {
        /// The width of the screen in pixels.
        let width: Int
        /// The width of the content; more than `width` if the page scrolls horizontally.
        let contentWidth: Int
        let imageCount: Int
        /// Images that couldn't be loaded.
        let brokenImageCount: Int
        /// The page's background as a CSS color.
        let ground: String
    }

    /// The browser's path; nil if there is none.
    static let path: String? = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
        return folders.flatMap { folder in names.map { "\(folder)/\($0)" } }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    /// Opens a page.
    ///
    /// - Parameters:
    ///   - page: The page's file.
    ///   - width: The width of the screen in pixels. Windows can't be as narrow as a phone, so the page is shown in a
    ///     frame.
    ///   - isDark: Whether the system is in dark mode.
    ///   - folder: An existing folder for the browser's own files.
    /// - Returns: What the browser shows, and what it wrote to its console.
    /// - Throws: An error if the page can't be read, or the browser can't be started.
    static func open(
        _ page: String,
        width: Int,
        isDark: Bool,
        folder: String
    ) throws -> (impression: Impression?, console: [String]) {
        let observer = """
            <script>addEventListener("load", () => {
              const root = document.documentElement, images = [...document.images];
              parent.document.body.dataset.impression = JSON.stringify({
                width: innerWidth, contentWidth: root.scrollWidth, imageCount: images.length,
                brokenImageCount: images.filter(image => !image.complete || !image.naturalWidth).length,
                ground: getComputedStyle(document.body).backgroundColor});
            })</script></body>
            """
        let source = try String(contentsOfFile: page, encoding: .utf8).replacing("</body>", with: observer)
        let frame =
            "<iframe width=\"\(width)\" height=\"800\" style=\"border: 0\" srcdoc=\"\(escaped(source))\"></iframe>"
        let framePath = folder + "/frame.html"
        try "<!DOCTYPE html><meta charset=\"utf-8\"><body>\(frame)</body>".write(
            toFile: framePath,
            atomically: true,
            encoding: .utf8
        )
        let (document, messages) = try run(framePath, isDark: isDark, folder: folder)
        let attribute = document.firstMatch(of: /data-impression="([^"]*)"/)?.1.replacing("&quot;", with: "\"")
        let impression = try attribute.map { try JSONDecoder().decode(Impression.self, from: Data($0.utf8)) }
        return (impression, messages.split(separator: "\n").filter { $0.contains("CONSOLE") }.map(String.init))
    }

    private static func run(_ page: String, isDark: Bool, folder: String) throws -> (document: String, messages: String)
    {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "timeout", "--kill-after=5", "60", path ?? "chromium", "--headless", "--no-sandbox", "--disable-gpu",
            "--user-data-dir=\(folder)/browser", "--window-size=1600,900", "--enable-logging=stderr",
            "--blink-settings=preferredColorScheme=\(isDark ? 0 : 1)", "--dump-dom", "file://\(page)",
        ]
        let (output, errors) = (folder + "/document", folder + "/messages")
        for path in [output, errors] { try Data().write(to: URL(fileURLWithPath: path)) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
        try process.run()
        process.waitUntilExit()
        return (
            try String(contentsOfFile: output, encoding: .utf8),
            String(decoding: try Data(contentsOf: URL(fileURLWithPath: errors)), as: UTF8.self)
        )
    }

    private static func escaped(_ source: String) -> String {
        source.replacing("&", with: "&amp;").replacing("\"", with: "&quot;")
    }
}
