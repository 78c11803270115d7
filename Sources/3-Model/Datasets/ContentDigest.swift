import Crypto
import Synchronization

/// SHA-256 of files, computed by one thread per core.
enum ContentDigest {
    /// Reads files.
    ///
    /// - Parameters:
    ///   - paths: The files. A pipe or device is an error, not waited for.
    ///   - report: Called with the progress now and then.
    /// - Returns: One digest per file, in the same order.
    /// - Throws: `DatasetError` for the first file that can't be read.
    static func digests(
        of paths: [String],
        report: @escaping @Sendable (PackingProgress) -> Void
    ) throws(DatasetError) -> [SHA256.Digest] {
        struct Outcome {
            var digests: [SHA256.Digest?]
            var failure: (index: Int, error: DatasetError)?
        }
        let outcome = Mutex(Outcome(digests: Array(repeating: nil, count: paths.count)))
        // No report for files that are read within a second.
        let counter = WorkCounter(.reading, count: paths.count, secondsBetweenReports: 1, report: report)
        WorkPool.run(paths.count) { index in
            let result = Result { () throws(DatasetError) in try digest(of: paths[index]) }
            let goesOn = outcome.withLock { outcome in
                switch result {
                case .success(let digest): outcome.digests[index] = digest
                case .failure(let error):
                    if index < outcome.failure?.index ?? .max { outcome.failure = (index, error) }
                }
                return outcome.failure == nil
            }
            counter.countOne()
            return goesOn
        }
        let result = outcome.withLock { $0 }
        if let failure = result.failure { throw failure.error }
        return result.digests.compactMap(\.self)
    }

    private static func digest(of path: String) throws(DatasetError) -> SHA256.Digest {
        let file = try MappedFile(path, isReadInOrder: true)
        var hash = SHA256()
        for first in stride(from: 0, to: file.byteCount, by: 1 << 22) {
            hash.update(bufferPointer: file.bytes(first..<min(first + 1 << 22, file.byteCount)))
        }
        return hash.finalize()
    }
}
