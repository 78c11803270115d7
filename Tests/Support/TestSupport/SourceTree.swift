public import Foundation

/// The checkout from which the tests were built.
public enum SourceTree {
    /// The folder with `Package.swift`.
    public static let root = URL(filePath: #filePath).appending(path: "../../../..").standardized
}
