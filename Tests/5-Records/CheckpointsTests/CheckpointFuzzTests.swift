import Checkpoints
import Foundation
import TestSupport
import Testing

/// Mutated inputs give a value or a typed error, never a trap.
///
/// `SWIFT_DP_FUZZ=10` multiplies their number by ten.
@Suite(.timeLimit(.minutes(10))) struct CheckpointFuzzTests {
    static let factor = ProcessInfo.processInfo.environment["SWIFT_DP_FUZZ"].flatMap(Int.init) ?? 1
    /// Texts with a meaning for the parsers.
    static let tokens = [
        "9223372036854775807", "9223372036854775808", "4611686018427387904", "-1", "1e999", "0", "[", "]", "{", "}",
        ",",
        ":", "\"", "\\u0000", "\\ud800", "\\", "null", "\"__metadata__\":{}", "\"shape\":[0,0]",
        "\"data_offsets\":[0,4]",
        "\"dtype\":\"F32\"", "\u{0}", "\n", "/../", "step-", "\u{FEFF}",
    ].map { Array($0.utf8) }

    @Test func mutatedSafetensorsNeverTrap() throws {
        var generator = SplitMix64(seed: 11)
        let valid = try SafetensorsTests.referenceFile()
        let headerEnd = 8 + valid.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        var acceptedCount = 0
        for _ in 0..<26_000 * Self.factor {
            let bytes: [UInt8]
            if Bool.random(using: &generator) {
                bytes = mutated(valid, using: &generator)
            } else {
                // Corrects the length of the header, so that the parser reaches the mutation.
                let header = mutated(Array(valid[8..<headerEnd]), using: &generator)
                let length = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
                bytes = length + header + valid[headerEnd...]
            }
            guard let contents = decoded({ () throws(CheckpointError) in try Safetensors.decode(bytes) }) else {
                continue
            }
            acceptedCount += 1
            #expect(contents.tensors.reduce(0) { $0 + $1.values.count * 4 } <= bytes.count)
            let again = try Safetensors.decode(Safetensors.encode(contents.tensors, metadata: contents.metadata))
            #expect(again.metadata == contents.metadata)
            #expect(again.tensors.count == contents.tensors.count)
        }
        #expect(acceptedCount > 0)
    }

    @Test func mutatedManifestsNeverTrap() throws {
        var generator = SplitMix64(seed: 12)
        let disk = SimulatedDisk()
        _ = try CheckpointStore(directory: "checkpoints", fileSystem: disk).write(makeSnapshot(step: 8, metric: 0.25))
        let valid = try disk.read("checkpoints/step-00000008/manifest.json", byteCount: .max)
        let digest = try CheckpointManifest(decoding: valid, path: "manifest.json").manifestSHA256
        for index in 0..<10_000 * Self.factor {
            var bytes = mutated(valid, using: &generator)
            if index % 2 == 0 {
                // Corrects the digest, so that the parser reaches the mutation.
                let actual = CheckpointManifest.digest(ofFile: bytes, claimed: digest)
                bytes = Array(String(decoding: bytes, as: UTF8.self).replacing(digest, with: actual).utf8)
            }
            let manifest = decoded { () throws(CheckpointError) in
                try CheckpointManifest(decoding: bytes, path: "manifest.json")
            }
            if let manifest { #expect(manifest.step >= 0 && manifest.files.model.bytes >= 0) }
        }
    }

    @Test func mutatedLatestNeverLeadsElsewhere() {
        var generator = SplitMix64(seed: 13)
        let valid = Array("step-00000008\n".utf8)
        for _ in 0..<6_000 * Self.factor {
            let bytes = mutated(valid, using: &generator)
            let name = decoded { () throws(CheckpointError) in
                try CheckpointStore.decodeLatest(bytes, path: "latest")
            }
            if let name { #expect(name.wholeMatch(of: /step-[0-9]{8,19}/) != nil, "\(name)") }
        }
    }

    private func decoded<Value>(_ decode: () throws(CheckpointError) -> Value) -> Value? { try? decode() }

    /// One to four random changes: flips, overwrites, insertions, deletions, copies, and a cut.
    private func mutated(_ valid: [UInt8], using generator: inout SplitMix64) -> [UInt8] {
        var bytes = valid
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            let end = min(bytes.count, place + Int.random(in: 1...24, using: &generator))
            let token = Self.tokens[Int.random(in: 0..<Self.tokens.count, using: &generator)]
            switch Int.random(in: 0..<8, using: &generator) {
            case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 2: bytes.insert(contentsOf: token, at: place)
            case 3: bytes.replaceSubrange(place..<end, with: token)
            case 4: bytes.removeSubrange(place..<end)
            case 5:
                bytes.insert(
                    contentsOf: Array(bytes[place..<end]),
                    at: Int.random(in: 0...bytes.count, using: &generator)
                )
            case 6: bytes.removeSubrange(place...)
            default:
                // Changes an integer.
                guard let digit = bytes[place...].firstIndex(where: { 0x30...0x39 ~= $0 }) else { continue }
                bytes[digit] = UInt8.random(in: 0x30...0x39, using: &generator)
            }
        }
        return bytes
    }
}
