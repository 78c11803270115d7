public import Foundation

/// The checkout that the tests were built from.
public enum SourceTree {
    /// The folder that holds `Package.swift`.
    public static let root = URL(filePath: #filePath).appending(path: "../../../..").standardized
}
