import Foundation

/// A file that grows by whole records: each is in the kernel's hands when `append` returns, or not in the file at all.
final class AppendOnlyFile {
    private let path: String
    private let handle: FileHandle
    private var byteCount: UInt64

    /// Opens a file, made if it is missing, and cuts what follows its first `keeping` bytes.
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
            // A full disk may have taken half of the record; the next one must not continue it.
            try? handle.truncate(atOffset: byteCount)
            throw .unwritable(path: path, reason: error.reason)
        }
    }
}
