package import Collectives
import Foundation
import Kernels
import Numerics

/// The machine and libraries that a run uses.
package struct RunEnvironment: Sendable {
    /// What the bits of a result depend on besides configuration and data: kernels, vectors, libraries, and their
    /// `fingerprint`.
    package let numerics: [String: String]
    /// The commit from which the program was built; nil if the program isn't beside its source.
    package let gitCommit: String?
    /// Compute threads of this rank.
    package let threadCount: Int

    /// Reads the environment.
    ///
    /// - Parameters:
    ///   - communicator: The ranks.
    ///   - requestedThreads: `parallel.threadsPerRank`; nil for the rank's share of the cores.
    ///   - shardCount: The number of shards of the rank: more threads than that would be idle.
    package init(communicator: any Communicator, requestedThreads: Int?, shardCount: Int) {
        threadCount = min(
            ThreadBudget.threadCount(requested: requestedThreads, node: communicator.node),
            max(shardCount, 1)
        )
        numerics = [
            "blas": BLAS.version, "blas_kernel": BLAS.kernelName,
            "fingerprint": NumericsFingerprint.current.text,
            "vector_instructions": VectorInstructions.best?.name ?? "none",
            "libc": Self.libraryVersion, "mpi": MPICommunicator.libraryVersion, "swift_dp_train": Self.version,
        ]
        gitCommit = Self.findCommit()
    }

    /// The program's version.
    package static let version = "0.1.0"

    private static var libraryVersion: String {
        #if canImport(Glibc)
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { text in
                guard confstr(Int32(_CS_GNU_LIBC_VERSION), text.baseAddress, text.count) > 0 else { return "unknown" }
                return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            }
        #else
            ProcessInfo.processInfo.operatingSystemVersionString
        #endif
    }

    /// Reads the commit of the checkout that contains the executable.
    private static func findCommit() -> String? {
        guard let executable = Bundle.main.executableURL?.resolvingSymlinksInPath() else { return nil }
        var folder = executable.deletingLastPathComponent()
        while folder.path != "/" {
            let git = folder.appendingPathComponent(".git")
            if let head = try? String(contentsOf: git.appendingPathComponent("HEAD"), encoding: .utf8) {
                return commit(head: head.trimmingCharacters(in: .whitespacesAndNewlines), git: git)
            }
            folder.deleteLastPathComponent()
        }
        return nil
    }

    private static func commit(head: String, git: URL) -> String? {
        guard head.hasPrefix("ref: ") else { return head }
        let reference = String(head.dropFirst("ref: ".count))
        if let loose = try? String(contentsOf: git.appendingPathComponent(reference), encoding: .utf8) {
            return loose.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        let packed = try? String(contentsOf: git.appendingPathComponent("packed-refs"), encoding: .utf8)
        let line = packed?.split(separator: "\n").first { $0.hasSuffix(" " + reference) }
        return line?.split(separator: " ").first.map(String.init)
    }
}
