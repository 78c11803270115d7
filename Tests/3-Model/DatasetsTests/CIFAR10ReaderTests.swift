import Datasets
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct CIFAR10ReaderTests {
    @Test func readsRecordsInTheOrderOfTheFiles() throws {
        let temporary = try TemporaryCIFAR10()
        try temporary.writeDataset(under: temporary.path)
        let dataset = try reader(temporary.path).read()
        #expect(dataset.training.count == 100)
        #expect(dataset.test.count == 20)
        let second = TemporaryCIFAR10.records(20, seed: 1)
        #expect(dataset.training.labels[27] == second[7 * 3_073])
        let image = dataset.training.pixels[(27 * 3_072)..<(28 * 3_072)]
        #expect(image.elementsEqual(second[(7 * 3_073 + 1)..<(8 * 3_073)]))
        let last = TemporaryCIFAR10.records(20, seed: 5)
        #expect(dataset.test.labels == (0..<20).map { UInt16(last[$0 * 3_073]) })
        #expect(try reader("\(temporary.path)/\(TemporaryCIFAR10.folderName)").read().digest() == dataset.digest())
    }

    @Test func theDigestDependsOnTheData() throws {
        let temporary = try TemporaryCIFAR10()
        try temporary.writeDataset(under: temporary.path)
        let dataset = try reader(temporary.path).read()
        // The files are mapped: later writes to them are visible in the data set.
        let digest = dataset.digest()
        #expect(try dataset.limited(to: 99).digest() != digest)
        try temporary.writeDataset(under: temporary.path) { name, bytes in
            if name == "test_batch.bin" { bytes[5_000] ^= 1 }
        }
        #expect(try reader(temporary.path).read().digest() != digest)
    }

    @Test(arguments: [0, 1, 3_073, 61_459, 61_461, 100_000])
    func fileOfTheWrongLengthIsRefused(length: Int) throws {
        let temporary = try TemporaryCIFAR10()
        try temporary.writeDataset(under: temporary.path) { name, bytes in
            if name == "data_batch_3.bin" { bytes = Array(repeating: 0, count: length) }
        }
        #expect(
            throws: DatasetError.wrongLength(
                path: file("data_batch_3.bin", temporary),
                found: length,
                expected: 61_460
            )
        ) { _ = try reader(temporary.path).read() }
    }

    @Test func labelOverNineIsRefused() throws {
        let temporary = try TemporaryCIFAR10()
        try temporary.writeDataset(under: temporary.path) { name, bytes in
            if name == "data_batch_2.bin" { bytes[4 * 3_073] = 10 }
        }
        #expect(
            throws: DatasetError.labelOutOfRange(
                path: file("data_batch_2.bin", temporary),
                record: 4,
                found: 10,
                classCount: 10
            )
        ) { _ = try reader(temporary.path).read() }
    }

    @Test func missingFolderAndMissingFileAreNamed() throws {
        let temporary = try TemporaryCIFAR10()
        #expect(throws: DatasetError.missing(path: file("data_batch_1.bin", temporary))) {
            _ = try reader(temporary.path).read()
        }
        try temporary.writeDataset(under: temporary.path)
        try FileManager.default.removeItem(atPath: file("test_batch.bin", temporary))
        #expect(throws: DatasetError.missing(path: file("test_batch.bin", temporary))) {
            _ = try reader(temporary.path).read()
        }
        let message = "\(DatasetError.missing(path: "x"))"
        #expect(message.contains("swift-dp-train data fetch cifar10"))
        #expect(message.contains("--set dataset.root="))
    }

    @Test(.timeLimit(.minutes(10)), arguments: ["folder", "pipe", "endless"])
    func foldersInPlaceOfFilesAreRefused(kind: String) throws {
        let temporary = try TemporaryCIFAR10()
        try temporary.writeDataset(under: temporary.path)
        let path = file("data_batch_1.bin", temporary)
        try FileManager.default.removeItem(atPath: path)
        switch kind {
        case "folder": try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        case "pipe": #expect(mkfifo(path, 0o600) == 0)
        default: try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/dev/zero")
        }
        #expect(throws: DatasetError.self) { _ = try reader(temporary.path).read() }
    }

    @Test func limitKeepsTheFirstTrainingImages() throws {
        let temporary = try TemporaryCIFAR10()
        try temporary.writeDataset(under: temporary.path)
        let dataset = try reader(temporary.path).read()
        let limited = try dataset.limited(to: 33)
        #expect(limited.training.labels == Array(dataset.training.labels[..<33]))
        #expect(limited.training.pixels.elementsEqual(dataset.training.pixels[..<(33 * 3_072)]))
        #expect(limited.test.count == 20)
        for count in [-1, 0, 101] {
            #expect(
                throws: DatasetError.invalidOption(
                    name: "dataset.limit",
                    found: "\(count)",
                    needed: "1 to 100 training images"
                )
            ) { try dataset.limited(to: count) }
        }
    }

    @Test func theRootIsTheRequestedOneOrTheVariableOrTheCache() {
        let variable = ["SWIFT_DP_DATA": "/variable"]
        #expect(DataRoot.path(requested: "/asked", environment: variable) == "/asked")
        #expect(DataRoot.path(requested: nil, environment: variable) == "/variable")
        #expect(DataRoot.path(requested: "", environment: ["SWIFT_DP_DATA": ""]).hasSuffix("/.cache/swift-dp-train"))
        #expect(DataRoot.path(requested: nil, environment: [:]) == NSHomeDirectory() + "/.cache/swift-dp-train")
    }

    @Test(arguments: [
        Normalization(mean: [0, 0], standardDeviation: [1, 1, 1]),
        Normalization(mean: [0, 0, 0], standardDeviation: [1, 1]),
        Normalization(mean: [0, 0, .nan], standardDeviation: [1, 1, 1]),
        Normalization(mean: [0, 0, 0], standardDeviation: [1, 0, 1]),
        Normalization(mean: [0, 0, 0], standardDeviation: [1, -1, 1]),
    ])
    func anInvalidNormalizationIsRefused(normalization: Normalization) throws {
        let set = ImageSet(shape: CIFAR10Reader.shape, pixels: [], labels: [])
        let dataset = ImageDataset(
            name: "cifar10",
            classNames: [],
            maximumPixelValue: 255,
            normalization: CIFAR10Reader.normalization,
            training: set,
            test: set
        )
        #expect(throws: DatasetError.self) { try dataset.normalized(by: normalization) }
    }

    private func reader(_ root: String) -> CIFAR10Reader {
        CIFAR10Reader(root: root, recordsPerFile: TemporaryCIFAR10.recordsPerFile)
    }

    private func file(_ name: String, _ temporary: TemporaryCIFAR10) -> String {
        "\(temporary.path)/\(TemporaryCIFAR10.folderName)/\(name)"
    }
}
