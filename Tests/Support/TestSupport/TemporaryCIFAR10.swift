import Foundation
import Tensors

/// A folder for one test, with small data sets in CIFAR-10's layout.
package final class TemporaryCIFAR10: Sendable {
    /// The number of records in each file.
    package static let recordsPerFile = 20
    /// The data set's folder.
    package static let folderName = "cifar-10-batches-bin"
    /// Its files.
    package static let fileNames = [
        "data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin",
        "test_batch.bin",
    ]

    /// The folder.
    package let path: String

    /// Creates the folder.
    package init() throws {
        path = NSTemporaryDirectory() + "datasets-tests-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes six files of random records under `root`; `change` may damage them before.
    package func writeDataset(under root: String, change: (_ name: String, inout [UInt8]) -> Void = { _, _ in }) throws
    {
        let folder = "\(root)/\(Self.folderName)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (index, name) in Self.fileNames.enumerated() {
            var bytes = Self.records(Self.recordsPerFile, seed: UInt64(index))
            change(name, &bytes)
            try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
    }

    /// Random records.
    package static func records(_ count: Int, seed: UInt64) -> [UInt8] {
        var stream = RandomStream(seed: seed, purpose: .benchmark)
        return (0..<count).flatMap { _ in
            [UInt8(stream.nextInteger(below: 10))] + (0..<3_072).map { _ in UInt8(stream.nextInteger(below: 256)) }
        }
    }
}
