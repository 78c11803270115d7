import Foundation
import TestSupport

/// The picture files that `Tests/Support/Golden/images.py` wrote, each with what Pillow makes of it.
enum ImageFixtures {
    static let folder = GoldenFixture.folder.appending(path: "images")

    static let names: [String] = {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return all.filter { name in all.contains { $0 == name + ".ppm" || $0 == name + ".pgm" } }.sorted()
    }()

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: name)))
    }

    /// The bytes of Pillow's PPM or PGM.
    static func expected(_ name: String) throws -> [UInt8] {
        try (try? bytes(name + ".ppm")) ?? bytes(name + ".pgm")
    }
}
