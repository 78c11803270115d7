import Foundation

/// A file to which complete records are appended: a record is with the kernel when `append` returns, or not in the
/// file.
final class AppendOnlyFile {
    private let path: String
    private let handle: FileHandle
    private var byteCount: UInt64

    /// Opens a file, which is created if missing, and truncates it after its first `byteCount` bytes.
    init(path: String, keeping byteCount: Int) throws(MetricsError) {
        self.path = path
        self.byteCount = UInt64(byteCount)
        do {
            if !FileManager.default.fileExists(atPath: path) {
                try Data().write(to: URL(fileURLWithPath: path))
            }
            handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try handle.truncate(atOffset: self.byteCount)
        } catch {
            throw .unwritable(path: path, reason: error.reason)
        }
    }

    /// Writes one record.
    func append(_ record: Data) throws(MetricsError) {
        do {
            try handle.write(contentsOf: record)
            byteCount += UInt64(record.count)
        } catch {
            // If the disk is full, half of the record may be there; the next record must not follow it.
            try? handle.truncate(atOffset: byteCount)
            throw .unwritable(path: path, reason: error.reason)
        }
    }
}
