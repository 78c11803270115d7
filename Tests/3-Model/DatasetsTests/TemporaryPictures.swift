import Foundation
import Images

/// Small pictures in a folder, laid out like a user's.
struct TemporaryPictures {
    let root: String

    /// Writes pictures of one color each, from black to white in the order of `names`.
    ///
    /// - Parameters:
    ///   - root: The data set's folder.
    ///   - names: Paths in the folder, which end in `.png`.
    /// - Throws: Foundation's error if the files can't be written.
    init(root: String, names: [String]) throws {
        self.root = root
        for (index, name) in names.enumerated() { try write(name, value: UInt8(index * 255 / max(names.count - 1, 1))) }
    }

    /// Writes a picture of five by four pixels, gray except for its first pixel.
    func write(_ name: String, value: UInt8) throws {
        var pixels = Array(repeating: value, count: 5 * 4 * 3)
        pixels[0] = 255 - value
        let picture = PixelImage(width: 5, height: 4, channels: 3, pixels: pixels)
        try write(name, bytes: picture.png())
    }

    func write(_ name: String, bytes: [UInt8]) throws {
        let path = "\(root)/\(name)"
        let folder = (path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(filePath: path))
    }

    static let trainAndTest = [
        "train/cat/1.png", "train/cat/2.png", "train/dog/deeper/3.png", "train/dog/4.PNG", "test/cat/5.png",
        "test/dog/6.png",
    ]
}
