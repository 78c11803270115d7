import Foundation

extension RunSummary {
    /// Its name in a run's folder.
    package static let fileName = "summary.json"

    /// Writes summary.json, completely or, if the process dies meanwhile, not at all.
    ///
    /// - Parameter path: The file, which is replaced if it exists.
    /// - Throws: `MetricsError.unwritable`.
    package func write(path: String) throws(MetricsError) {
        do {
            // `.atomic` writes a temporary file and renames it.
            try (JSON.data(self, pretty: true) + [UInt8(ascii: "\n")]).write(
                to: URL(fileURLWithPath: path),
                options: .atomic
            )
        } catch {
            throw .unwritable(path: path, reason: error.reason)
        }
    }

    /// Reads summary.json.
    ///
    /// - Parameter path: The file.
    /// - Throws: `MetricsError` if the file can't be read or lacks a field.
    package init(path: String) throws(MetricsError) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw .unreadable(path: path, reason: error.reason)
        }
        do {
            self = try JSON.value(RunSummary.self, from: data)
        } catch {
            throw .brokenSummary(path: path, reason: error.reason)
        }
    }
}
