import Crypto
import Foundation

/// The description of a checkpoint, with the digests that prove it complete: the content of `manifest.json`.
package struct CheckpointManifest: Codable, Equatable, Sendable {
    /// The version of the folder's layout that this code writes and reads.
    package static let currentFormatVersion = 1
    static let fileName = "manifest.json"
    static let modelFileName = "model.safetensors"
    static let stateFileName = "state.safetensors"
    /// The largest manifest that is read, in bytes: more than any manifest needs.
    static let maximumByteCount = 1 << 24

    /// Length and digest of a file.
    package struct FileRecord: Codable, Equatable, Sendable {
        /// The file's length.
        package let bytes: Int
        /// The file's SHA-256 in hexadecimal.
        package let sha256: String

        init(_ content: [UInt8]) {
            bytes = content.count
            sha256 = hexadecimalSHA256(content)
        }
    }

    /// The records of a checkpoint's files.
    package struct FileRecords: Codable, Equatable, Sendable {
        /// `model.safetensors`.
        package let model: FileRecord
        /// `state.safetensors`.
        package let state: FileRecord

        enum CodingKeys: String, CodingKey {
            case model = "model.safetensors"
            case state = "state.safetensors"
        }
    }

    /// The tensors of the network, for people and for a quick comparison of two checkpoints.
    package struct NetworkRecord: Codable, Equatable, Sendable {
        /// The SHA-256 in hexadecimal of the lines of ``tensors``.
        package let sha256: String
        /// Name and shape of each tensor in the network's order: `0.weight [32, 3, 3, 3]`.
        package let tensors: [String]

        init(_ tensors: [NamedTensor]) {
            self.tensors = tensors.map(\.description.description)
            sha256 = hexadecimalSHA256(Array(self.tensors.joined(separator: "\n").utf8))
        }
    }

    /// The layout's version.
    package let formatVersion: Int
    /// Optimizer steps done.
    package let step: Int
    /// The epoch in which the next step falls, counted from 0.
    package let epoch: Int
    /// The quality of the weights, higher is better; nil if it wasn't measured.
    package let metric: Double?
    /// The number of the process that wrote the checkpoint, among all that wrote to the folder; nil in files of older
    /// programs.
    let writer: Int?
    /// What the bits depend on: BLAS kernel name, vector width, library versions.
    package let environment: [String: String]
    /// The network that the weights belong to.
    package let network: NetworkRecord
    /// Length and digest of each file.
    package let files: FileRecords
    /// The SHA-256 in hexadecimal of the manifest's own file, with these digits replaced by zeros.
    package private(set) var manifestSHA256: String

    enum CodingKeys: String, CodingKey {
        case formatVersion = "format_version"
        case step, epoch, metric, writer, environment, network, files
        case manifestSHA256 = "manifest_sha256"
    }

    init(_ snapshot: CheckpointSnapshot, writer: Int, model: [UInt8], state: [UInt8]) {
        formatVersion = Self.currentFormatVersion
        step = snapshot.step
        epoch = snapshot.epoch
        metric = snapshot.metric
        self.writer = writer
        environment = snapshot.environment
        network = NetworkRecord(snapshot.model)
        files = FileRecords(model: FileRecord(model), state: FileRecord(state))
        manifestSHA256 = Self.blankDigest
        manifestSHA256 = hexadecimalSHA256(encoded())
    }

    /// Reads a manifest and checks its values.
    ///
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - path: The origin of the bytes, for messages.
    /// - Throws: ``CheckpointError/malformed(path:problem:)``.
    package init(decoding bytes: [UInt8], path: String) throws(CheckpointError) {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(bytes))
        } catch {
            throw .malformed(path: path, problem: "not a manifest: \(Self.explanation(of: error))")
        }
        guard formatVersion == Self.currentFormatVersion else {
            throw .malformed(
                path: path,
                problem: "format version \(Self.currentFormatVersion) expected, \(formatVersion) found"
            )
        }
        let digest = Self.digest(ofFile: bytes, claimed: manifestSHA256)
        guard digest == manifestSHA256 else {
            throw .wrongDigest(path: path, expected: manifestSHA256, found: digest)
        }
        guard step >= 0, epoch >= 0, files.model.bytes >= 0, files.state.bytes >= 0 else {
            throw .malformed(path: path, problem: "a negative step, epoch or length")
        }
    }

    /// Whether it describes the same checkpoint, apart from its writer.
    func describesSame(as other: CheckpointManifest) -> Bool {
        step == other.step && epoch == other.epoch && metric == other.metric && environment == other.environment
            && network == other.network && files == other.files
    }

    /// The file's bytes, with sorted keys: the same manifest gives the same bytes.
    package func encoded() -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
        } catch {
            // Only non-finite numbers can't be encoded, and a snapshot has none.
            preconditionFailure("CheckpointManifest: \(error)")
        }
    }

    private static let blankDigest = String(repeating: "0", count: 64)

    /// The digest that a manifest's file should contain.
    package static func digest(ofFile bytes: [UInt8], claimed: String) -> String {
        let file = String(decoding: bytes, as: UTF8.self)
        return hexadecimalSHA256(Array(file.replacing(claimed, with: blankDigest, maxReplacements: 1).utf8))
    }

    private static func explanation(of error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _): "key \(key.stringValue) missing"
        case DecodingError.typeMismatch(let type, let context), DecodingError.valueNotFound(let type, let context):
            "\(type) expected at \(context.codingPath.map(\.stringValue).joined(separator: "."))"
        default: "damaged JSON"
        }
    }
}

/// The SHA-256 of the bytes as 64 hexadecimal digits.
func hexadecimalSHA256(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
        decoding: SHA256.hash(data: bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
        as: UTF8.self
    )
}
