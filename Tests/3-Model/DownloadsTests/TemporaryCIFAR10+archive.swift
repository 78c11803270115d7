import Downloads
import Foundation
import Subprocess
import TestSupport

extension TemporaryCIFAR10 {
    /// Packs the contents of `folder` in the same way as the official archive.
    func archive(_ entries: [String] = [TemporaryCIFAR10.folderName], in folder: String) async throws -> [UInt8] {
        let file = "\(path)/archive.tar.gz"
        let arguments = ["--create", "--gzip", "--absolute-names", "--file", file, "--directory", folder] + entries
        let result = try await run(.name("tar"), arguments: Arguments(arguments), output: .discarded)
        precondition(result.terminationStatus.isSuccess, "tar failed: \(result.terminationStatus)")
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
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
