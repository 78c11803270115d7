import Foundation
import TestSupport

/// The picture files written by `Tests/Support/Golden/images.py`, each with its pixels as decoded by Pillow.
enum ImageFixtures {
    static let folder = GoldenFixture.folder.appending(path: "images")

    static let names: [String] = {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return all.filter { name in all.contains { $0 == name + ".ppm" || $0 == name + ".pgm" } }.sorted()
    }()

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: name)))
    }

    /// The bytes of the PPM or PGM that Pillow wrote.
    static func expected(_ name: String) throws -> [UInt8] {
        try (try? bytes(name + ".ppm")) ?? bytes(name + ".pgm")
    }
}
