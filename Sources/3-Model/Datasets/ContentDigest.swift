import Crypto
import Dispatch
import Foundation
import Synchronization

/// SHA-256 of files, computed by one thread per processor.
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
            var doneCount = 0
            var reportedSeconds = 0.0
        }
        let outcome = Mutex(Outcome(digests: Array(repeating: nil, count: paths.count)))
        let next = Atomic(0)
        let start = ContinuousClock.now
        let threadCount = min(ProcessInfo.processInfo.activeProcessorCount, paths.count)
        DispatchQueue.concurrentPerform(iterations: threadCount) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < paths.count, outcome.withLock({ $0.failure == nil }) else { return }
                let result = Result { () throws(DatasetError) in try digest(of: paths[index]) }
                let seconds = (ContinuousClock.now - start) / .seconds(1)
                let progress = outcome.withLock { outcome -> PackingProgress? in
                    switch result {
                    case .success(let digest): outcome.digests[index] = digest
                    case .failure(let error):
                        if index < outcome.failure?.index ?? .max { outcome.failure = (index, error) }
                    }
                    outcome.doneCount += 1
                    // No report for files that are read within a second.
                    let isEnd = outcome.reportedSeconds > 0 && outcome.doneCount == paths.count
                    guard seconds - outcome.reportedSeconds > 1 || isEnd else { return nil }
                    outcome.reportedSeconds = seconds
                    return PackingProgress(
                        stage: .reading,
                        doneCount: outcome.doneCount,
                        count: paths.count,
                        seconds: seconds
                    )
                }
                if let progress { report(progress) }
            }
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
