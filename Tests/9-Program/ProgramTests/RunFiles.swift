import Crypto
import Foundation
import Metrics

/// The files of a run's folder.
struct RunFiles {
    let path: String

    init(_ path: String) { self.path = path }

    func data(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")) }

    func text(_ name: String) throws -> String { String(decoding: try data(name), as: UTF8.self) }

    func sha256(_ name: String) throws -> String {
        SHA256.hash(data: try data(name)).map { String(format: "%02x", $0) }.joined()
    }

    /// The fields of a JSON file.
    func fields(_ name: String) throws -> [String: Any] { try Self.fields(data(name)) }

    /// The fields of each line of metrics.jsonl.
    func eventFields() throws -> [[String: Any]] {
        try data("metrics.jsonl").split(separator: UInt8(ascii: "\n")).map { try Self.fields($0) }
    }

    private static func fields(_ data: Data) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }

    func events() throws -> [RunEvent] { try MetricsLog.events(path: "\(path)/metrics.jsonl") }

    func summary() throws -> RunSummary { try RunSummary(path: "\(path)/summary.json") }

    /// The loss of each step, by step.
    func stepLosses() throws -> [Int: Double] {
        let pairs = try events().compactMap { event -> (Int, Double)? in
            if case .step(let record) = event { (record.step, record.trainLoss) } else { nil }
        }
        return Dictionary(pairs) { _, last in last }
    }

    /// Training and test loss of each epoch, as metrics.jsonl has them.
    func epochLosses() throws -> [[Double?]] {
        try events().compactMap { event in
            if case .epoch(let record) = event {
                [record.trainLoss, record.testLoss, record.testAccuracy]
            } else {
                nil
            }
        }
    }

    /// The names of the checkpoints, and of all other files beside them except those with writers' numbers.
    func checkpointNames() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(path)/checkpoints").filter { !$0.hasPrefix(".writer-") }
            .sorted()
    }

    /// Each file below the folder, with its bytes.
    func contents() throws -> [String: Data] {
        let names = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return Dictionary(
            uniqueKeysWithValues: names.compactMap { name in (try? data(name)).map { (name, $0) } }
        )
    }
}

/// Whether there is a file or folder at a path.
func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
