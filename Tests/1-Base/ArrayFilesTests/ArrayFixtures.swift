import Foundation
import TestSupport

/// The files written by `Tests/Support/Golden/arrays.py`.
enum ArrayFixtures {
    static let folder = GoldenFixture.folder.appending(path: "arrays")

    static func path(_ name: String) -> String { folder.appending(path: name).path }

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: name)))
    }

    /// The elements of every array, by position.
    static func numbers(_ count: Int) -> [Int] { (0..<count).map { (7 * $0 + 3) % 251 } }
}
