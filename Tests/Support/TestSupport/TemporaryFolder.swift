import Foundation

/// Runs a test body with the path of a new, empty folder, which is removed afterwards.
///
/// - Parameter body: The test.
/// - Returns: What the body returns.
/// - Throws: What the body throws, or why the folder couldn't be made.
package func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.path)
}

/// Runs an asynchronous test body with the path of a new, empty folder, which is removed afterwards.
///
/// - Parameters:
///   - isolation: Where the body runs; by default where the caller does.
///   - body: The test.
/// - Returns: What the body returns.
/// - Throws: What the body throws, or why the folder couldn't be made.
package func withTemporaryFolderAsync<Result>(
    isolation: isolated (any Actor)? = #isolation,
    _ body: (String) async throws -> Result
) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder.path)
}
