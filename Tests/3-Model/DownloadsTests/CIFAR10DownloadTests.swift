import Crypto
import Datasets
import Downloads
import Foundation
import Processes
import Subprocess
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct CIFAR10DownloadTests {
    let temporary: TemporaryCIFAR10
    let root: String

    init() throws {
        temporary = try TemporaryCIFAR10()
        root = temporary.path + "/root"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    @Test func theCompleteDataSetIsInstalledAndNothingElseIsLeft() async throws {
        let archive = try await goodArchive()
        try await withServer(archive) { server in
            let download = try download(from: server, archive)
            #expect(try await download.run { _ in } == .fetched)
            #expect(try readDigest(root) == readDigest(temporary.path + "/source"))
            #expect(try visibleFiles() == [TemporaryCIFAR10.folderName])
            #expect(try await download.run { _ in } == .alreadyPresent)
            #expect(server.requestedStarts == [0])
        }
    }

    @Test func anInterruptedDownloadContinues() async throws {
        let archive = try await goodArchive()
        try await withServer(archive, .init(cuts: [100_000, 50_000])) { server in
            let download = try download(from: server, archive)
            #expect(try await download.run { _ in } == .fetched)
            #expect(server.requestedStarts == [0, 100_000, 150_000])
        }
    }

    @Test func repeatedInterruptionsEndTheDownloadAndKeepThePart() async throws {
        let archive = try await goodArchive()
        try await withServer(archive, .init(cuts: [10, 10, 10, 10, 10])) { server in
            let download = try download(from: server, archive)
            let error = await #expect(throws: DatasetError.self) { try await download.run { _ in } }
            #expect(error.map { "\($0)".contains("5 times") } == true)
            #expect(try contents(of: download.partFiles[0]) == Array(archive[..<50]))
            #expect(try await download.run { _ in } == .fetched)
            #expect(server.requestedStarts == [0, 10, 20, 30, 40, 50])
        }
    }

    @Test func aKilledFetchContinues() async throws {
        let archive = try await goodArchive()
        try await withServer(archive) { server in
            let download = try download(from: server, archive)
            try write(Array(archive[..<70_000]), to: download.partFiles[0])
            try FileManager.default.createDirectory(atPath: download.stagingFolder, withIntermediateDirectories: true)
            try write([1, 2, 3], to: download.stagingFolder + "/half-a-file")
            #expect(try await download.run { _ in } == .fetched)
            #expect(server.requestedStarts == [70_000])
            #expect(try visibleFiles() == [TemporaryCIFAR10.folderName])
        }
    }

    @Test func completePartIsNotDownloadedAgain() async throws {
        let archive = try await goodArchive()
        try await withServer(archive) { server in
            let download = try download(from: server, archive)
            try write(archive, to: download.partFiles[0])
            #expect(try await download.run { _ in } == .fetched)
            #expect(server.requestedStarts.isEmpty)
        }
    }

    @Test func aServerWithoutRangesSendsTheWholeFileAgain() async throws {
        let archive = try await goodArchive()
        try await withServer(archive, .init(answersRanges: false)) { server in
            let download = try download(from: server, archive)
            try write(Array(archive[..<70_000]), to: download.partFiles[0])
            #expect(try await download.run { _ in } == .fetched)
            #expect(server.requestedStarts == [70_000, 0])
        }
    }

    @Test func aPartThatIsTooLongIsDownloadedAgain() async throws {
        let archive = try await goodArchive()
        try await withServer(archive) { server in
            let download = try download(from: server, archive)
            try write(archive + [0], to: download.partFiles[0])
            #expect(try await download.run { _ in } == .fetched)
            #expect(server.requestedStarts == [archive.count + 1, 0])
        }
    }

    @Test func fileWithAnotherChecksumIsRemoved() async throws {
        let archive = try await goodArchive()
        try await withServer(archive) { server in
            let download = try download(from: server, archive)
            try write(Array(repeating: 7, count: 1_000), to: download.partFiles[0])
            let spoilt = Array(repeating: UInt8(7), count: 1_000) + archive[1_000...]
            await #expect(
                throws: DatasetError.checksumDiffers(
                    url: server.url,
                    algorithm: "sha256",
                    found: sha256(spoilt),
                    expected: sha256(archive)
                )
            ) { try await download.run { _ in } }
            #expect(try visibleFiles().isEmpty)
            #expect(try await download.run { _ in } == .fetched)
        }
    }

    @Test func theOfficialChecksumIsTheDefault() async throws {
        let archive = try await goodArchive()
        try await withServer(archive) { server in
            let md5 = Insecure.MD5.hash(data: archive).map { String(format: "%02x", $0) }.joined()
            await #expect(
                throws: DatasetError.checksumDiffers(
                    url: server.url,
                    algorithm: "md5",
                    found: md5,
                    expected: "c32a1d4ab5d03f1284b67883e8d87530"
                )
            ) { try await cifar10Download(root: root, url: server.url).run { _ in } }
        }
    }

    @Test(arguments: [
        ("data", "data"), ("cifar-10-batches-bin", "."), ("/data/cifar-10-batches-bin/", "/data"), (".", "."),
    ])
    func temporaryFilesAreBesideTheDataSet(root: String, parent: String) throws {
        let download = try cifar10Download(root: root)
        #expect(download.partFiles[0] == parent + "/cifar-10-binary.tar.gz.part")
        #expect(download.stagingFolder == parent + "/.cifar-10-unpacking")
    }

    @Test func aMissingFileOnTheServerIsReportedImmediately() async throws {
        let archive = try await goodArchive()
        try await withServer(archive, .init(failureStatus: 404)) { server in
            let error = await #expect(throws: DatasetError.self) {
                try await download(from: server, archive).run { _ in }
            }
            #expect(error.map { "\($0)".contains("404") } == true)
            #expect(server.requestedStarts == [0])
        }
    }

    @Test func twoFetchesAtOnceDownloadOnce() async throws {
        let archive = try await goodArchive()
        try await withServer(archive, .init(cuts: [1_000])) { server in
            let download = try download(from: server, archive)
            async let first = download.run { _ in }
            async let second = download.run { _ in }
            let outcomes = try await [first, second]
            #expect(outcomes.filter { $0 == .fetched }.count == 1)
            #expect(outcomes.filter { $0 == .alreadyPresent }.count == 1)
            #expect(server.requestedStarts == [0, 1_000])
        }
    }

    @Test func aProgramThatOutlivesTheProcessKeepsTheLock() async throws {
        let (path, started, goOn) = (root + "/lock", root + "/started", root + "/go-on")
        let lock = try await FileLock.acquire(path) {}
        let script = "touch '\(started)'; until [ -e '\(goOn)' ]; do sleep 0.05; done"
        async let orphan = ExternalTool(name: "sh").run(["-c", script], holding: lock, messages: .discarded)
        while !FileManager.default.fileExists(atPath: started) { try await Task.sleep(for: .milliseconds(20)) }
        lock.release()
        var hasWaited = false
        let next = try await FileLock.acquire(path) {
            hasWaited = true
            #expect(FileManager.default.createFile(atPath: goOn, contents: nil))
        }
        next.release()
        // Lets the program end if nothing waited for it.
        _ = FileManager.default.createFile(atPath: goOn, contents: nil)
        let exitCode = try await orphan.exitCode
        #expect(exitCode == 0)
        #expect(hasWaited)
    }

    @Test func missingToolsAreNamed() async throws {
        let archive = try await goodArchive()
        try await withServer(archive) { server in
            let absent = ExternalTool(name: "no-such-tool")
            for (curl, tar) in [(absent, ExternalTool.tar), (ExternalTool.curl, absent)] {
                await #expect(throws: DatasetError.toolMissing(name: "no-such-tool")) {
                    try await cifar10Download(
                        root: root,
                        url: server.url,
                        checksum: try FileChecksum(.sha256, sha256(archive)),
                        recordsPerFile: TemporaryCIFAR10.recordsPerFile,
                        curl: curl,
                        tar: tar
                    ).run { _ in }
                }
            }
        }
    }

    @Test func aFolderThatCannotBeCreatedIsNamed() async throws {
        try write([], to: root + "/file")
        let error = await #expect(throws: DatasetError.self) {
            try await cifar10Download(root: root + "/file/below").run { _ in }
        }
        guard case .unwritable(root + "/file/below", _) = error else {
            Issue.record("\(String(describing: error)) found")
            return
        }
    }

    @Test func damagedDataSetIsNotTouched() async throws {
        try temporary.writeDataset(under: root) { name, bytes in if name == "test_batch.bin" { bytes = [] } }
        let folder = "\(root)/\(TemporaryCIFAR10.folderName)"
        await #expect(
            throws: DatasetError.occupied(
                path: folder,
                reason: "\(folder)/test_batch.bin: 0 bytes found, 61460 expected"
            )
        ) {
            try await cifar10Download(
                root: root,
                url: "http://127.0.0.1:1/",
                checksum: .officialCIFAR10,
                recordsPerFile: TemporaryCIFAR10.recordsPerFile
            ).run { _ in }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 6)
    }

    @Test(arguments: [(FileChecksum.Algorithm.md5, "12"), (.sha256, "c32a1d4ab5d03f1284b67883e8d87530")])
    func checksumOfTheWrongFormIsRefused(algorithm: FileChecksum.Algorithm, digits: String) {
        #expect(throws: DatasetError.self) { try FileChecksum(algorithm, digits) }
    }
}

extension CIFAR10DownloadTests {
    func goodArchive() async throws -> [UInt8] {
        let source = temporary.path + "/source"
        try temporary.writeDataset(under: source)
        return try await temporary.archive(in: source)
    }

    func withServer(
        _ content: [UInt8],
        _ behaviour: LoopbackServer.Behaviour = .init(),
        _ body: (LoopbackServer) async throws -> Void
    ) async throws {
        let server = try LoopbackServer(serving: content, behaviour)
        defer { server.stop() }
        try await body(server)
    }

    func download(from server: LoopbackServer, _ archive: [UInt8]) throws -> DatasetDownload {
        try cifar10Download(
            root: root,
            url: server.url,
            checksum: try FileChecksum(.sha256, sha256(archive)),
            recordsPerFile: TemporaryCIFAR10.recordsPerFile
        )
    }

    func sha256(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
    }

    func readDigest(_ root: String) throws -> String {
        try CIFAR10Reader(root: root, recordsPerFile: TemporaryCIFAR10.recordsPerFile).read().digest()
    }

    /// The files in the root except the lock.
    func visibleFiles() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root).filter { $0 != ".cifar-10-fetch.lock" }
    }

    func contents(of path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    func write(_ bytes: [UInt8], to path: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }
}
