import Foundation

/// The folder that contains the data sets.
package enum DataRoot {
    /// The environment variable for the folder.
    package static let environmentVariable = "SWIFT_DP_DATA"

    /// Finds the folder: the requested one, or `$SWIFT_DP_DATA`, or `~/.cache/swift-dp-train`.
    ///
    /// - Parameter requested: `dataset.root` of the configuration; `~` stands for the home folder.
    /// - Returns: A path, at which nothing needs to exist.
    package static func path(requested: String?) -> String {
        path(requested: requested, environment: ProcessInfo.processInfo.environment)
    }

    package static func path(requested: String?, environment: [String: String]) -> String {
        let candidates = [requested, environment[environmentVariable]].compactMap { $0 }
        let path = candidates.first { !$0.isEmpty } ?? "~/.cache/swift-dp-train"
        return (path as NSString).expandingTildeInPath
    }
}
