import Crypto
import Datasets
import Downloads
import Foundation
import TestSupport
import Testing

/// Archives that tar would unpack outside of the data set's folder, or that contain something else.
@Suite(.timeLimit(.minutes(10))) struct HostileArchiveTests {
    enum Attack: CaseIterable {
        case absolutePath, parentFolder, symbolicLink, hardLink, pipe, otherFolder, fileInPlaceOfFolder
    }

    @Test(arguments: Attack.allCases)
    func anArchiveWithPathsOutsideItsFolderIsNotUnpacked(attack: Attack) async throws {
        let temporary = try TemporaryCIFAR10()
        let entries = try prepare(attack, in: temporary)
        let archive = try await temporary.archive(entries, in: temporary.path + "/source")
        let error = await failure(fetching: archive, in: temporary)
        guard case .unsafeArchive = error else {
            Issue.record("\(String(describing: error)) found")
            return
        }
        #expect(try visibleFiles(temporary) == ["cifar-10-binary.tar.gz.part"])
    }

    @Test func anArchiveOfOtherDataIsNotInstalled() async throws {
        let temporary = try TemporaryCIFAR10()
        try temporary.writeDataset(under: temporary.path + "/source") { name, bytes in
            if name == "data_batch_5.bin" { bytes[0] = 77 }
        }
        let archive = try await temporary.archive(in: temporary.path + "/source")
        let error = await failure(fetching: archive, in: temporary)
        #expect(error.map { "\($0)".contains("record 0 has label 77") } == true)
        #expect(try visibleFiles(temporary) == ["cifar-10-binary.tar.gz.part"])
    }

    @Test(arguments: [0, 1, 1_000])
    func aFileThatIsNotAnArchiveIsRefused(length: Int) async throws {
        let temporary = try TemporaryCIFAR10()
        let error = await failure(fetching: Array(repeating: 42, count: length), in: temporary)
        guard case .damagedArchive = error else {
            Issue.record("\(String(describing: error)) found")
            return
        }
    }

    private func prepare(_ attack: Attack, in temporary: TemporaryCIFAR10) throws -> [String] {
        let files = FileManager.default
        let source = temporary.path + "/source"
        let folder = "\(source)/\(TemporaryCIFAR10.folderName)"
        let other = source + "/other"
        if attack == .fileInPlaceOfFolder {
            try files.createDirectory(atPath: source, withIntermediateDirectories: true)
            try Data([1]).write(to: URL(fileURLWithPath: folder))
            return [TemporaryCIFAR10.folderName]
        }
        try temporary.writeDataset(under: source)
        try files.createDirectory(atPath: other, withIntermediateDirectories: true)
        try Data([1]).write(to: URL(fileURLWithPath: other + "/file"))
        let entry: String
        switch attack {
        case .absolutePath: entry = other + "/file"
        case .parentFolder: entry = "\(TemporaryCIFAR10.folderName)/../other/file"
        case .otherFolder: entry = "other"
        case .symbolicLink:
            try files.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "/etc")
            return [TemporaryCIFAR10.folderName]
        case .hardLink:
            try files.linkItem(atPath: folder + "/test_batch.bin", toPath: folder + "/link")
            return [TemporaryCIFAR10.folderName]
        case .pipe:
            #expect(mkfifo(folder + "/pipe", 0o600) == 0)
            return [TemporaryCIFAR10.folderName]
        case .fileInPlaceOfFolder: return []
        }
        return [TemporaryCIFAR10.folderName, entry]
    }

    private func failure(fetching archive: [UInt8], in temporary: TemporaryCIFAR10) async -> DatasetError? {
        await #expect(throws: DatasetError.self) {
            let server = try LoopbackServer(serving: archive)
            defer { server.stop() }
            let digits = SHA256.hash(data: archive).map { String(format: "%02x", $0) }.joined()
            _ = try await cifar10Download(
                root: temporary.path + "/root",
                url: server.url,
                checksum: try FileChecksum(.sha256, digits),
                recordsPerFile: TemporaryCIFAR10.recordsPerFile
            ).run { _ in }
        }
    }

    private func visibleFiles(_ temporary: TemporaryCIFAR10) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: temporary.path + "/root")
            .filter { $0 != ".cifar-10-fetch.lock" }
    }
}
