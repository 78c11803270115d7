import Checkpoints
import Foundation
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct SafetensorsTests {
    /// The tensors of Tests/Support/Golden/checkpoints.py.
    static let reference = [
        NamedTensor(name: "0.weight", shape: [2, 3, 2, 2], values: (0..<24).map { Float($0) / 8 - 1 }),
        NamedTensor(name: "0.bias", shape: [2], values: [0.5, -0.25]),
        NamedTensor(name: "10.weight", shape: [2, 3], values: [1, 2, 3, -1, -2, -3]),
        NamedTensor(name: "2.scale", shape: [], values: [1.5]),
        NamedTensor(name: "empty", shape: [0, 3], values: []),
        NamedTensor(name: "qu\"ote\\ \u{FC}\n\u{1}", shape: [2], values: [.infinity, -0.0]),
    ]

    static func referenceFile() throws -> [UInt8] {
        try [UInt8](file: GoldenFixture.folder.appending(path: "checkpoints/reference.safetensors").path)
    }

    @Test func bytesEqualTheReferenceImplementations() throws {
        let bytes = Safetensors.encode(Self.reference, metadata: ["format": "pt"])
        #expect(bytes == (try Self.referenceFile()))
        if let path = ProcessInfo.processInfo.environment["SWIFT_DP_SAFETENSORS_OUT"] { try bytes.write(file: path) }
    }

    @Test func readsAFileOfTheReferenceImplementation() throws {
        let contents = try Safetensors.decode(Self.referenceFile())
        #expect(contents.metadata == ["format": "pt"])
        #expect(Set(contents.tensors) == Set(Self.reference))
        #expect(contents.tensors.last?.values.last?.sign == .minus)
    }

    @Test func orderOfTensorsAndKeysDoesNotChangeTheBytes() {
        var generator = SplitMix64(seed: 1)
        let metadata = Dictionary(uniqueKeysWithValues: (0..<20).map { ("key \($0)", "value") })
        let expected = Safetensors.encode(Self.reference, metadata: metadata)
        for _ in 0..<20 {
            let again = Dictionary(uniqueKeysWithValues: metadata.shuffled(using: &generator).map { ($0, $1) })
            #expect(Safetensors.encode(Self.reference.shuffled(using: &generator), metadata: again) == expected)
        }
    }

    @Test func everyBitPatternSurvives() throws {
        var generator = SplitMix64(seed: 2)
        let patterns = (0..<4096).map { _ in UInt32.random(in: 0 ... .max, using: &generator) } + [0x7fc0_0001, 1]
        let tensor = NamedTensor(name: "x", shape: [patterns.count], values: patterns.map(Float.init(bitPattern:)))
        let decoded = try Safetensors.decode(Safetensors.encode([tensor]))
        #expect(decoded.tensors.first?.values.map(\.bitPattern) == patterns)
    }

    @Test func anEmptyFileHasNoTensors() throws {
        let bytes = Safetensors.encode([])
        #expect(bytes == [8, 0, 0, 0, 0, 0, 0, 0] + Array("{}      ".utf8))
        #expect(try Safetensors.decode(bytes).tensors.isEmpty)
    }

    @Test func escapesAreDecoded() throws {
        let header = #"{"__metadata__":{"\u00e9\ud83d\ude00\/\t":"\\\""}}"#
        #expect(try Safetensors.decode(file(header)).metadata == ["\u{E9}\u{1F600}/\t": "\\\""])
    }

    /// A header, the number of data bytes after it, and the expected message.
    static let violations: [(header: String, dataByteCount: Int, message: String)] = [
        (#" {}"#, 0, "{ expected"),
        (#"{"a":1}"#, 0, "{ expected"),
        (#"{}x"#, 0, "nothing but spaces"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#, 4, ", expected"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, "begins at 4, 0 expected"),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}"#,
            12, "begins at 8, 4 expected"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
            8, "begins at 4, 8 expected"
        ),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 5, "4 bytes of tensors expected, 5 bytes found"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 3, "4 bytes of tensors expected, 3 bytes found"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, "4 bytes do not fit the shape"),
        (#"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, 0, "do not fit the shape"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4, "ascending data_offsets"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, 4, "ascending data_offsets"),
        (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "whole number"),
        (#"{"a":{"dtype":"F32","shape":[01],"data_offsets":[0,4]}}"#, 4, "whole number"),
        (#"{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}}"#, 4, "whole number"),
        (#"{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}"#, 4, "] expected"),
        (#"{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}"#, 8, "type F32 expected, I64 found"),
        (#"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0],"x":1}}"#, 0, "unknown key x"),
        (#"{"a":{"dtype":"F32","shape":[0],"shape":[0],"data_offsets":[0,0]}}"#, 0, "duplicate key shape"),
        (
            #"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"\u0061":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}"#,
            0, "duplicate key a"
        ),
        (#"{"__metadata__":{"a":"1","a":"2"}}"#, 0, "duplicate key a"),
        (#"{"__metadata__":{"a":1}}"#, 0, "\" expected"),
        (#"{"__metadata__":{"\ud800":""}}"#, 0, "surrogate"),
        (#"{"__metadata__":{"\udc00\ud800":""}}"#, 0, "surrogate"),
        (#"{"__metadata__":{"\u00g0":""}}"#, 0, "hexadecimal"),
        (#"{"__metadata__":{"\x":""}}"#, 0, "unknown escape"),
        ("{\"__metadata__\":{\"a\":\"\n\"}}", 0, "unterminated"),
    ]

    @Test(arguments: violations)
    func brokenRulesAreNamed(header: String, dataByteCount: Int, message: String) {
        let error = #expect(throws: CheckpointError.self) {
            try Safetensors.decode(file(header, dataByteCount: dataByteCount), path: "model.safetensors")
        }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
        #expect(error?.description.hasPrefix("model.safetensors: ") == true)
    }

    @Test func textThatIsNotUTF8IsRejected() {
        var bytes = file(#"{"__metadata__":{"a":"?"}}"#)
        bytes[bytes.count - 4] = 0xff
        let error = #expect(throws: CheckpointError.self) { try Safetensors.decode(bytes) }
        #expect(error?.description.contains("not UTF-8") == true)
    }

    @Test(arguments: [0, 2, 100_000_000, 100_000_001, UInt64(Int.max), UInt64.max])
    func headerLengthIsCheckedBeforeUse(length: UInt64) {
        let bytes = withUnsafeBytes(of: length.littleEndian) { Array($0) } + Array("{".utf8)
        #expect(throws: CheckpointError.self) { try Safetensors.decode(bytes) }
    }

    @Test func everyTruncationIsRejected() throws {
        let bytes = try Self.referenceFile()
        for count in 0..<bytes.count {
            #expect(throws: CheckpointError.self) { try Safetensors.decode(Array(bytes.prefix(count))) }
        }
    }

    private func file(_ header: String, dataByteCount: Int = 0) -> [UInt8] {
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) } + Array(header.utf8)
            + [UInt8](repeating: 0, count: dataByteCount)
    }
}
