import Foundation
import Metrics
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct MetricsLogTests {
    private let events = (0...2).map { RunEvent.warning(WarningRecord(step: $0, message: "m", wallTime: 0)) }

    private func contents(_ path: String) throws -> String {
        try String(contentsOfFile: path, encoding: .utf8)
    }

    @Test func hasALinePerEventAsSoonAsItIsAppended() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/metrics.jsonl"
            let log = try MetricsLog(path: path, resumingAtStep: nil)
            let line = #"{"event":"warning","message":"m","step":0,"wall_time":0}"# + "\n"
            try log.append(events[0])
            #expect(try contents(path) == line)
            try log.append(events[1])
            #expect(try contents(path) == line + line.replacing(#""step":0"#, with: #""step":1"#))
        }
    }

    @Test func readsAsOneRunAfterACrashAtAnyByte() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/metrics.jsonl"
            let log = try MetricsLog(path: path, resumingAtStep: nil)
            for event in events { try log.append(event) }
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))

            for byteCount in whole.indices {
                let left = whole.prefix(byteCount)
                let lastStep = left.count { $0 == UInt8(ascii: "\n") } - 1
                for restored in stride(from: 0, through: lastStep, by: 1) {
                    try left.write(to: URL(fileURLWithPath: path))
                    let log = try MetricsLog(path: path, resumingAtStep: restored)
                    for event in events where event.step > restored { try log.append(event) }
                    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == whole)
                }
            }
        }
    }

    @Test func startsANewFileWithoutARestoredStep() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/metrics.jsonl"
            try "what another run left".write(toFile: path, atomically: false, encoding: .utf8)
            try MetricsLog(path: path, resumingAtStep: nil).append(events[0])
            #expect(try MetricsLog.events(path: path) == [events[0]])
        }
    }

    @Test func createsTheFileIfAResumedRunLacksIt() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/metrics.jsonl"
            try MetricsLog(path: path, resumingAtStep: 1).append(events[2])
            #expect(try MetricsLog.events(path: path) == [events[2]])
        }
    }

    @Test(arguments: [
        ("nonsense", "it is no JSON object"),
        ("[1]", "it is no JSON object"),
        (#"{"event":"warning","step":1,"wall_time":0}"#, "the field 'message' is missing"),
        (#"{"event":"warning","message":"m","step":"1","wall_time":0}"#, "the field 'step': "),
        (#"{"event":"dance","step":1}"#, "the field 'event': "),
    ])
    func namesABrokenLine(line: String, reason: String) throws {
        try withTemporaryFolder { folder in
            let path = folder + "/metrics.jsonl"
            let good = String(decoding: try JSON.data(events[0]), as: UTF8.self)
            try "\(good)\n\(line)\n\(good)\n".write(toFile: path, atomically: false, encoding: .utf8)
            let error = try #require(throws: MetricsError.self) { try MetricsLog.events(path: path) }
            #expect(error.description.hasPrefix("\(path):2: "))
            #expect(error.description.contains(reason))
        }
    }

    @Test func saysWhereItCannotWrite() throws {
        let path = "/nowhere/metrics.jsonl"
        let error = try #require(throws: MetricsError.self) { try MetricsLog(path: path, resumingAtStep: nil) }
        #expect(error.description.hasPrefix("\(path): can't be written: "))
    }
}
