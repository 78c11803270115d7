import Foundation

/// The folder under which data sets are kept.
public enum DataRoot {
    /// The environment variable that names the folder.
    public static let environmentVariable = "SWIFT_DP_DATA"

    /// Finds the folder: the one asked for, else `$SWIFT_DP_DATA`, else `~/.cache/swift-dp-train`.
    ///
    /// - Parameter requested: `dataset.root` of the configuration; `~` stands for the home folder.
    /// - Returns: A path; nothing need be there.
    public static func path(requested: String?) -> String {
        path(requested: requested, environment: ProcessInfo.processInfo.environment)
    }

    package static func path(requested: String?, environment: [String: String]) -> String {
        let candidates = [requested, environment[environmentVariable]].compactMap { $0 }
        let path = candidates.first { !$0.isEmpty } ?? "~/.cache/swift-dp-train"
        return (path as NSString).expandingTildeInPath
    }
}
