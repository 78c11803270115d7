import Foundation
import TestSupport

/// The files that `Tests/Support/Golden/arrays.py` wrote.
enum ArrayFixtures {
    static let folder = GoldenFixture.folder.appending(path: "arrays")

    static func path(_ name: String) -> String { folder.appending(path: name).path }

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: name)))
    }

    /// The numbers that every array holds, by position.
    static func numbers(_ count: Int) -> [Int] { (0..<count).map { (7 * $0 + 3) % 251 } }
}
