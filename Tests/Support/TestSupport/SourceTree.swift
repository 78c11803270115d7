package import Foundation

/// The checkout from which the tests were built.
package enum SourceTree {
    /// The folder with `Package.swift`.
    package static let root = URL(filePath: #filePath).appending(path: "../../../..").standardized
}
