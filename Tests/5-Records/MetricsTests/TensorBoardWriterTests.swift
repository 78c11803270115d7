import Foundation
import Metrics
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct TensorBoardWriterTests {
    // As printed by Tests/Support/Golden/tensorboard_event_file.py.
    private let newRun = """
        1800000000000000a37f4b220900001040fc54d9411a0d627261696e2e4576656e743a32338d2fe90d00000000000000
        3c37b8340900001040fc54d9413a0208018c8e54cd
        """
    private let resumed = """
        1800000000000000a37f4b220900001040fc54d9411a0d627261696e2e4576656e743a32338d2fe91000000000000000
        95fbfe180900001040fc54d9411088033a0208018b392c767800000000000000a2a521c5090000204ffc54d941108e06
        2a6a0a170a1065706f63682f747261696e5f6c6f7373150000c03f0a1b0a1465706f63682f747261696e5f6163637572
        61637915cdcccc3d0a160a0f65706f63682f746573745f6c6f7373150000807f0a1a0a1365706f63682f746573745f61
        63637572616379150000803e1a536b2f
        """

    /// The bytes of the only event file in a folder, in hexadecimal.
    private func eventFile(in folder: String) throws -> String {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        try #require(names.count == 1 && names[0].hasPrefix("events.out.tfevents.1700000000."))
        return try Data(contentsOf: URL(fileURLWithPath: folder + "/" + names[0]))
            .map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    @Test func writesTheBytesThatTensorBoardWrites() throws {
        try withTemporaryFolder { folder in
            let writer = try TensorBoardWriter(directory: folder, resumingAtStep: 391, wallTime: 1_700_000_000.25)
            try writer.write(.epoch(.sample(step: 782, epoch: 2, testLoss: .infinity, testAccuracy: 0.25)))
            #expect(try eventFile(in: folder) == resumed.replacing("\n", with: ""))
        }
    }

    @Test func marksTheBeginningOfANewRunAndWritesOnlyScalars() throws {
        try withTemporaryFolder { folder in
            let writer = try TensorBoardWriter(directory: folder, resumingAtStep: nil, wallTime: 1_700_000_000.25)
            try writer.write(.warning(WarningRecord(step: 1, message: "m", wallTime: 1)))
            #expect(try eventFile(in: folder) == newRun.replacing("\n", with: ""))
        }
    }

    @Test func framesARecordBetweenItsChecksums() {
        let record = TensorBoardWriter.record(Data("123456789".utf8))
        #expect(record.prefix(8) == Data([9, 0, 0, 0, 0, 0, 0, 0]))
        #expect(record.dropFirst(12).prefix(9) == Data("123456789".utf8))
        #expect(record.suffix(4) == Data([0xE5, 0xB0, 0x8A, 0xC7]))
        #expect(record.count == 25)
    }

    @Test func saysWhereItCannotWrite() throws {
        let error = try #require(throws: MetricsError.self) {
            try TensorBoardWriter(directory: "/nowhere", resumingAtStep: nil, wallTime: 0)
        }
        #expect(error.description.hasPrefix("/nowhere/events.out.tfevents.0000000000."))
    }
}
