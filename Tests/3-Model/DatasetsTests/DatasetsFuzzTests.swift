import Datasets
import Foundation
import Tensors
import TestSupport
import Testing

/// Mutated inputs, always the same ones; SWIFT_DP_FUZZ multiplies their number.
@Suite(.timeLimit(.minutes(10))) struct DatasetsFuzzTests {
    private let roundCount = 20_000 * (ProcessInfo.processInfo.environment["SWIFT_DP_FUZZ"].flatMap(Int.init) ?? 1)

    @Test func mutatedRecordsAreReadOrRefused() {
        let valid = TemporaryCIFAR10.records(3, seed: 1)
        var accepted = 0
        for round in 0..<roundCount {
            var stream = RandomStream(seed: 1, purpose: .benchmark, index: round)
            var records = mutated(valid, by: &stream)
            if stream.nextInteger(below: 2) == 0, !records.isEmpty {
                // Labels are so rare that the other edits would miss them.
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
}
