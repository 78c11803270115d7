import Foundation
import TestSupport
import Testing

extension ProgramTests {
    /// A user's data sets, from their files to a digest.
    @Suite struct OwnDataTests {
        /// Each kind of data set, with its configuration.
        enum Kind: String, CaseIterable {
            case images, packed, csv, idx, bytes, floats, mnist, svhn, cifar100

            func options(_ folder: String) -> String {
                switch self {
                case .images:
                    "name: images, root: \(folder)/pictures, size: [6, 8], channels: 1, validationFraction: 0.25"
                case .packed: "name: images, root: \(folder)/packed.images, mean: auto"
                case .csv: "name: csv, root: \(folder), size: [6, 8], resize: pad"
                case .idx: "name: idx, root: \(folder)/idx"
                case .bytes: "name: arrays, root: \(folder)/bytes, layout: NHWC, limit: 30"
                case .floats: "name: arrays, root: \(folder)/floats"
                case .mnist, .svhn: "name: \(self), root: \(folder)/\(self)"
                case .cifar100: "name: cifar100, root: \(folder), labels: coarse, limit: 64"
                }
            }

            /// Its augmentation: floats have no colors to change, and features no positions.
            var augmentation: String {
                switch self {
                case .floats: "{}"
                case .idx: "{mirror: true, translationPixels: 1, rotationDegrees: 10}"
                default: "{mirror: true, minimumCropArea: 0.5, rotationDegrees: 15, colorJitter: 0.3}"
                }
            }
        }

        @Test(arguments: Kind.allCases)
        func oneTwoAndFourRanksGiveTheSameBits(kind: Kind) throws {
            try withTemporaryFolder { folder in
                let data = OwnData(folder)
                switch kind {
                case .mnist: try data.writeMNIST()
                case .svhn: try data.writeSVHN()
                case .cifar100: try data.writeCIFAR100()
                default: try data.write()
                }
                if kind == .packed {
                    try expectSuccess([
                        "data", "pack", "\(folder)/pictures", "\(folder)/packed.images", "--size", "6x8",
                    ])
                }
                let run = try ProgramRun(
                    ["verify", "--config", try configuration(kind, in: folder), "--ranks", "1,2,4", "--steps", "4"],
                    shell: "export SWIFT_DP_DATA='\(folder)/cache'",
                    timeLimitSeconds: 120
                )
                #expect(run.exitCode == 0, "\(run.errors)")
                #expect(run.output.contains(/1, 2, 4 ranks agree after 4 steps: [0-9a-f]{64}/), "\(run.output)")
            }
        }

        @Test func inspectReportsTheContentAndProblemsOfAFolder() throws {
            try withTemporaryFolder { folder in
                try OwnData(folder).write()
                try Data("no picture".utf8).write(to: URL(filePath: "\(folder)/pictures/train/a/broken.png"))
                try FileManager.default.copyItem(
                    atPath: "\(folder)/pictures/train/a/0.ppm",
                    toPath: "\(folder)/pictures/test/b/again.ppm"
                )
                let run = try ProgramRun(["data", "inspect", "\(folder)/pictures"])
                #expect(run.exitCode == 65)
                #expect(
                    run.output.contains(
                        "1 picture can't be read:\n  \(folder)/pictures/train/a/broken.png: not a picture"
                    )
                )
                #expect(
                    run.output.contains(
                        "'train/a/0.ppm', 'test/b/again.ppm': in training and test, in several classes"
                    ),
                    "\(run.output)"
                )
            }
        }

        @Test func inspectDrawsSamplesBeforeAndAfterAugmentation() throws {
            try withTemporaryFolder { folder in
                try OwnData(folder).write()
                let sheet = "\(folder)/sheet.png"
                let run = try ProgramRun(
                    ["data", "inspect", "--config", try configuration(.images, in: folder), "--sheet", sheet],
                    shell: "export SWIFT_DP_DATA='\(folder)/cache'"
                )
                #expect(run.exitCode == 0, "\(run.errors)")
                #expect(run.output.contains("validation"))
                #expect(try Data(contentsOf: URL(filePath: sheet)).starts(with: [0x89, 0x50, 0x4E, 0x47]))
            }
        }

        /// Whether a training step or the system notices it: one message names the file, and nothing hangs.
        @Test func aPackedFileShortenedDuringUseIsNamed() throws {
            try withTemporaryFolder { folder in
                try OwnData(folder).write()
                let packed = "\(folder)/packed.images"
                try expectSuccess(["data", "pack", "\(folder)/pictures", packed, "--size", "6x8"])
                let run = try ProgramRun(
                    ranks: 2,
                    ["train", "--config", try configuration(.packed, in: folder), "--set", "training.epochs=1000000"],
                    timeLimitSeconds: 60
                ) {
                    let checkpoint = "\(folder)/run/checkpoints/latest"
                    let start = ContinuousClock.now
                    while !FileManager.default.fileExists(atPath: checkpoint),
                        ContinuousClock.now - start < .seconds(40)
                    {
                        Thread.sleep(forTimeInterval: 0.05)
                    }
                    try FileHandle(forWritingTo: URL(filePath: packed)).truncate(atOffset: 4_200)
                }
                #expect([65, 74].contains(run.exitCode), "\(run.errors)")
                #expect(run.messages.contains { $0.contains("packed.images: ") }, "\(run.errors)")
            }
        }

        @Test func validationResultsAreNamed() throws {
            try withTemporaryFolder { folder in
                try OwnData(folder).write()
                let run = try ProgramRun([
                    "train", "--config", try configuration(.idx, in: folder), "--set", "evaluation.on=validation",
                    "--set", "dataset.validationFraction=0.25",
                ])
                #expect(run.exitCode == 0, "\(run.errors)")
                #expect(!(run.output + run.errors).contains("test"))
                #expect((run.output + run.errors).contains("validation loss "))
                for file in ["summary.json", "metrics.jsonl"] {
                    let text = try String(contentsOfFile: "\(folder)/run/\(file)", encoding: .utf8)
                    #expect(text.contains("validation_accuracy") && !text.contains("test_accuracy"))
                }
            }
        }

        /// Everything a user does with a folder of pictures: which network, and the page.
        @Test(.timeLimit(.minutes(10)))
        func theVerdictIsGivenOnAFolder() throws {
            try withTemporaryFolder { folder in
                try OwnData(folder).write()
                let run = try ProgramRun(
                    [
                        "verdict", "--quick", "--dataset", "\(folder)/pictures", "--set", "dataset.size=[8, 8]",
                        "--set",
                        "training.epochs=1",
                    ],
                    shell: "export SWIFT_DP_DATA='\(folder)/cache'; cd '\(folder)'",
                    timeLimitSeconds: 300
                )
                #expect(run.exitCode == 0, "\(run.errors)")
                let page = "runs/verdict-pictures-quick/verdict.html"
                #expect(run.output.hasSuffix("\n\(page)\n"), "\(run.output)")
                let text = try String(contentsOfFile: "\(folder)/\(page)", encoding: .utf8)
                #expect(text.contains("<h1>MLP against CNN on pictures (quick version)</h1>"))
                let other = try ProgramRun(["verdict", "--dataset", "\(folder)/nowhere"])
                #expect(other.exitCode == 64 && other.messages.count == 1, "\(other.errors)")
            }
        }

        @Test func aMissingFolderIsNamed() throws {
            try withTemporaryFolder { folder in
                let configuration = try configuration(.images, in: folder)
                for command in ["train", "inspect"] {
                    let run = try ProgramRun([command, "--config", configuration])
                    #expect([64, 65].contains(run.exitCode))
                    #expect(
                        run.messages.count == 1 && run.messages[0].contains("\(folder)/pictures: not found"),
                        "\(run.errors)"
                    )
                }
            }
        }

        private func configuration(_ kind: Kind, in folder: String) throws -> String {
            let path = "\(folder)/\(kind).yaml"
            let layers =
                kind == .floats
                ? "[{linear: {outputFeatures: classes}}]" : "[flatten, {linear: {outputFeatures: classes}}]"
            let text = """
                dataset: {\(kind.options(folder))}
                network: {layers: \(layers)}
                augmentation: \(kind.augmentation)
                training: {globalBatchSize: 16, epochs: 2}
                run: {directory: \(folder)/run}

                """
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            return path
        }

        private func expectSuccess(_ arguments: [String]) throws {
            let run = try ProgramRun(arguments)
            #expect(run.exitCode == 0, "\(run.errors)")
        }
    }
}

/// Forty samples in two classes, in each format of data sets.
private struct OwnData {
    let folder: String

    init(_ folder: String) { self.folder = folder }

    func write() throws {
        var table: [String: String] = ["train": "path,label\n", "test": "path,label\n"]
        for index in 0..<40 {
            let (part, name) = (index < 32 ? "train" : "test", index % 2 == 0 ? "a" : "b")
            let path = "pictures/\(part)/\(name)/\(index).ppm"
            let pixels = (0..<9 * 7 * 3).map { UInt8(truncatingIfNeeded: $0 * (index % 2 == 0 ? 3 : 5) + index * 7) }
            try write(path, Array("P6 9 7 255\n".utf8) + pixels)
            table[part, default: ""] += "\(path),\(name)\n"
        }
        for (part, text) in table { try write("\(part).csv", Array(text.utf8)) }
        let labels = (0..<40).map { UInt8($0 % 2) }
        let values = (0..<40 * 48).map { UInt8(truncatingIfNeeded: $0 * 11 + $0 / 48 % 2 * 90) }
        try writeIDX(values, labels, to: "idx", height: 6, width: 8)
        try writeArrays("bytes", values, kind: "|u1", extents: [4, 4, 3], labels)
        let floats = values.map { Float($0) / 64 - 2 }.withUnsafeBytes { Array($0) }
        try writeArrays("floats", floats, kind: "<f4", extents: [48], labels)
    }

    /// MNIST's files with fewer digits.
    func writeMNIST() throws {
        let values = (0..<40 * 784).map { UInt8(truncatingIfNeeded: $0 * 13 + $0 / 784 * 21) }
        try writeIDX(values, (0..<40).map { UInt8($0 % 10) }, to: "mnist", height: 28, width: 28)
    }

    private func writeIDX(_ values: [UInt8], _ labels: [UInt8], to place: String, height: UInt8, width: UInt8) throws {
        let byteCount = Int(height) * Int(width)
        for (name, samples) in [("train", 0..<32), ("t10k", 32..<40)] {
            let count = UInt8(samples.count)
            let images = values[samples.lowerBound * byteCount..<samples.upperBound * byteCount]
            let extents = [0, 0, 0, count, 0, 0, 0, height, 0, 0, 0, width]
            try write("\(place)/\(name)-images-idx3-ubyte", [0, 0, 8, 3] + extents + images)
            try write("\(place)/\(name)-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, count] + labels[samples])
        }
    }

    /// SVHN's files with fewer images, and uncompressed.
    func writeSVHN() throws {
        func bytes(_ words: [UInt32]) -> [UInt8] {
            words.flatMap { word in withUnsafeBytes(of: word.littleEndian) { Array($0) } }
        }
        func element(_ kind: UInt32, _ content: [UInt8]) -> [UInt8] {
            bytes([kind, UInt32(content.count)]) + content + Array(repeating: 0, count: (8 - content.count % 8) % 8)
        }
        func variable(_ name: String, _ extents: [UInt32], _ content: [UInt8]) -> [UInt8] {
            let parts = [
                element(6, bytes([9, 0])), element(5, bytes(extents)), element(1, Array(name.utf8)),
                element(2, content),
            ]
            return element(14, parts.flatMap(\.self))
        }
        for (name, count) in [("train_32x32.mat", 32), ("test_32x32.mat", 8)] {
            let values = (0..<3_072 * count).map { UInt8(truncatingIfNeeded: $0 * 17 + $0 / 3_072 * 31) }
            // Label 10 is the digit 0.
            let labels = (0..<count).map { UInt8($0 % 10 + 1) }
            let header = Array(repeating: UInt8(ascii: " "), count: 124) + [0, 1] + Array("IM".utf8)
            try write(
                "svhn/\(name)",
                header + variable("X", [32, 32, 3, UInt32(count)], values) + variable("y", [UInt32(count), 1], labels)
            )
        }
    }

    /// Sparse files of the full length, in which all samples but the first ones have the first class.
    func writeCIFAR100() throws {
        let place = "cifar-100-binary"
        for (name, count) in [("train.bin", 50_000), ("test.bin", 10_000)] {
            let records = (0..<64).flatMap { index -> [UInt8] in
                let labels = [UInt8](repeating: UInt8(index % 20), count: 2)
                return labels + (0..<3_072).map { UInt8(truncatingIfNeeded: $0 * 7 + index) }
            }
            try write("\(place)/\(name)", records)
            try FileHandle(forWritingTo: URL(filePath: "\(folder)/\(place)/\(name)"))
                .truncate(atOffset: UInt64(count * 3_074))
        }
        for (name, count) in [("fine", 100), ("coarse", 20)] {
            try write("\(place)/\(name)_label_names.txt", Array((0..<count).map { "\($0)\n" }.joined().utf8))
        }
    }

    private func writeArrays(_ name: String, _ bytes: [UInt8], kind: String, extents: [Int], _ labels: [UInt8]) throws {
        let sampleByteCount = bytes.count / 40
        for (part, samples) in [("train", 0..<32), ("test", 32..<40)] {
            let range = samples.lowerBound * sampleByteCount..<samples.upperBound * sampleByteCount
            try write("\(name)/x_\(part).npy", array(bytes[range], kind: kind, extents: [samples.count] + extents))
            try write("\(name)/y_\(part).npy", array(labels[samples], kind: "|u1", extents: [samples.count]))
        }
    }

    private func array(_ bytes: ArraySlice<UInt8>, kind: String, extents: [Int]) -> [UInt8] {
        let list = extents.map { "\($0), " }.joined()
        let header = Array("{'descr': '\(kind)', 'fortran_order': False, 'shape': (\(list)), }\n".utf8)
        return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.count), 0] + header + bytes
    }

    private func write(_ name: String, _ bytes: [UInt8]) throws {
        let path = "\(folder)/\(name)"
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true
        )
        try Data(bytes).write(to: URL(filePath: path))
    }
}
