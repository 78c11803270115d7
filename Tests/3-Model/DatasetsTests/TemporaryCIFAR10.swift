import Datasets
import Foundation
import Subprocess
import Tensors

/// A folder of its own for one test, and small data sets and archives in CIFAR-10's layout in it.
final class TemporaryCIFAR10: Sendable {
    static let recordsPerFile = 20
    static let folderName = "cifar-10-batches-bin"
    static let fileNames = [
        "data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin",
        "test_batch.bin",
    ]

    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "datasets-tests-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes six files of random records under `root`, which `change` may spoil before they are written.
    func writeDataset(under root: String, change: (_ name: String, inout [UInt8]) -> Void = { _, _ in }) throws {
        let folder = "\(root)/\(Self.folderName)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (index, name) in Self.fileNames.enumerated() {
            var bytes = Self.records(Self.recordsPerFile, seed: UInt64(index))
            change(name, &bytes)
            try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        }
    }

    /// Packs what is in `folder` the way the official archive is packed.
    func archive(_ entries: [String] = [folderName], in folder: String) async throws -> [UInt8] {
        let file = "\(path)/archive.tar.gz"
        let arguments = ["--create", "--gzip", "--absolute-names", "--file", file, "--directory", folder] + entries
        let result = try await run(.name("tar"), arguments: Arguments(arguments), output: .discarded)
        precondition(result.terminationStatus.isSuccess, "tar failed: \(result.terminationStatus)")
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
    }

    static func records(_ count: Int, seed: UInt64) -> [UInt8] {
        var stream = RandomStream(seed: seed, purpose: .benchmark)
        return (0..<count).flatMap { _ in
            [UInt8(stream.nextInteger(below: 10))] + (0..<3_072).map { _ in UInt8(stream.nextInteger(below: 256)) }
        }
    }
}

/// A download of CIFAR-10, or of a small data set in its layout.
func cifar10Download(
    root: String,
    url: String? = nil,
    checksum: FileChecksum? = nil,
    recordsPerFile: Int = 10_000,
    curl: ExternalTool = .curl,
    tar: ExternalTool = .tar
) throws -> DatasetDownload {
    let published = PublishedDataset.cifar10(recordsPerFile: recordsPerFile)
    return DatasetDownload(
        try published.from(url: url, checksums: checksum.map { [$0] } ?? []),
        root: root,
        curl: curl,
        tar: tar
    )
}
