import Datasets
import Foundation
import Tensors
import Testing

/// Mutated inputs, the same ones each time; SWIFT_DP_FUZZ multiplies how many.
@Suite struct DatasetsFuzzTests {
    private let roundCount = 20_000 * (ProcessInfo.processInfo.environment["SWIFT_DP_FUZZ"].flatMap(Int.init) ?? 1)

    @Test func mutatedRecordsAreReadOrRefused() {
        let valid = TemporaryCIFAR10.records(3, seed: 1)
        var accepted = 0
        for round in 0..<roundCount {
            var stream = RandomStream(seed: 1, purpose: .benchmark, index: round)
            var records = mutated(valid, by: &stream)
            if stream.nextInteger(below: 2) == 0, !records.isEmpty {
                // Labels are too rare for the other edits to meet them.
                let record = stream.nextInteger(below: (records.count + 3_072) / 3_073)
                records[record * 3_073] = UInt8(stream.nextInteger(below: 16))
            }
            do {
                let layout = CIFARRecords(labelByteCount: 1, labelOffset: 0, classCount: 10)
                let labels = try records.withUnsafeBytes { try layout.labels(in: $0, of: "fuzz") }
                accepted += 1
                #expect(labels.count * 3_073 == records.count)
                #expect(labels.allSatisfy { $0 < 10 })
            } catch {
                let isWhole = records.count % 3_073 == 0
                let labels = stride(from: 0, to: records.count, by: 3_073).map { records[$0] }
                #expect(!isWhole || labels.contains { $0 > 9 }, "\(error)")
            }
        }
        #expect((1..<roundCount).contains(accepted))
    }

    @Test func mutatedFilesAreReadOrRefused() throws {
        let temporary = try TemporaryCIFAR10()
        for round in 0..<roundCount / 200 {
            var stream = RandomStream(seed: 2, purpose: .benchmark, index: round)
            try temporary.writeDataset(under: temporary.path) { _, bytes in
                if stream.nextInteger(below: 3) == 0 { bytes = mutated(bytes, by: &stream) }
            }
            let reader = CIFAR10Reader(root: temporary.path, recordsPerFile: TemporaryCIFAR10.recordsPerFile)
            do throws(DatasetError) {
                let dataset = try reader.read()
                #expect(dataset.training.count == 100 && dataset.test.count == 20)
            } catch {
                #expect("\(error)".contains(temporary.path))
            }
        }
    }

    @Test func mutatedListingsAreAcceptedOnlyWhenSafe() {
        let folder = TemporaryCIFAR10.folderName
        let names = Array("\(folder)/\n\(folder)/data_batch_1.bin\n\(folder)/batches.meta.txt\n".utf8)
        let details = Array(
            """
            drwxr-xr-x 2156/1103 0 2009-06-04 20:33 \(folder)/
            -rw-r--r-- 2156/1103 30730000 2009-06-04 20:33 \(folder)/data_batch_1.bin
            -rw-r--r-- 2156/1103 61 2009-06-04 20:33 \(folder)/batches.meta.txt

            """.utf8
        )
        var accepted = 0
        for round in 0..<roundCount {
            var stream = RandomStream(seed: 3, purpose: .benchmark, index: round)
            let names = mutated(names, by: &stream)
            let details = stream.nextInteger(below: 2) == 0 ? details : mutated(details, by: &stream)
            do throws(DatasetError) {
                try ArchiveListing.check(names: names, details: details, archive: "fuzz", folder: folder)
                accepted += 1
                for path in String(decoding: names, as: UTF8.self).split(separator: "\n") {
                    let resolved = (("/root/" + path) as NSString).standardizingPath
                    #expect("\(resolved)/".hasPrefix("/root/\(folder)/"), "\(path)")
                }
            } catch {
                continue
            }
        }
        #expect((1..<roundCount).contains(accepted))
    }

    /// One to four edits: bits, bytes that mean something in a path, cuts, repeats.
    private func mutated(_ bytes: [UInt8], by stream: inout RandomStream) -> [UInt8] {
        let meaningful = Array("./\n\r\\-lhd \0".utf8)
        var bytes = bytes
        for _ in 0...stream.nextInteger(below: 4) where !bytes.isEmpty {
            let position = stream.nextInteger(below: bytes.count)
            switch stream.nextInteger(below: 7) {
            case 0: bytes[position] ^= 1 << UInt8(stream.nextInteger(below: 8))
            case 1: bytes[position] = meaningful[stream.nextInteger(below: meaningful.count)]
            case 2: bytes.insert(meaningful[stream.nextInteger(below: meaningful.count)], at: position)
            case 3: bytes.insert(contentsOf: Array("../".utf8), at: position)
            case 4: bytes.removeSubrange(position...)
            case 5: bytes.remove(at: position)
            default: bytes += bytes[position...]
            }
        }
        return bytes
    }
}
