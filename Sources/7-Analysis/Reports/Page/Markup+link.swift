import Foundation

extension Markup {
    /// A link from a page to a file or folder, whose name may contain any characters.
    ///
    /// - Parameters:
    ///   - path: The file or folder.
    ///   - folder: The page's folder: the link is relative if `path` is inside of it, so that both can be moved
    ///     together.
    ///   - text: The text of the link.
    /// - Returns: An element `a`.
    package static func link(toFile path: String, from folder: String, _ text: String) -> Markup {
        let file = URL(fileURLWithPath: path).standardizedFileURL.path
        let start = URL(fileURLWithPath: folder).standardizedFileURL.path + "/"
        let isInside = file.hasPrefix(start)
        let address = isInside ? percentEncoded(file.dropFirst(start.count)) : "file://" + percentEncoded(file)
        return element("a", ["href": address], text)
    }

    /// A path as part of a URL.
    ///
    /// The colon is encoded, too: a browser takes the text before it for a scheme, such as javascript.
    private static func percentEncoded(_ path: some StringProtocol) -> String {
        path.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"), UInt8(ascii: "/"):
                String(UnicodeScalar(byte))
            default: String(format: "%%%02X", byte)
            }
        }.joined()
    }
}
