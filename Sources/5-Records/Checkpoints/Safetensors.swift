/// Reads and writes the safetensors format.
///
/// The bytes written depend on the content only.
///
/// A file is an 8-byte little-endian length N, N bytes of JSON that describe each tensor, and the tensors' elements.
/// Metadata keys and tensor names are sorted, so the same content gives the same bytes and the same SHA-256.
/// Source: https://github.com/huggingface/safetensors, README and `tensor.rs`.
package enum Safetensors {
    static let metadataKey = "__metadata__"
    static let dtype = "F32"
    /// The longest header that the format allows, in bytes.
    static let maximumHeaderByteCount = 100_000_000
    private static let lengthByteCount = MemoryLayout<UInt64>.size

    /// The content of a safetensors file.
    package struct Contents: Equatable, Sendable {
        /// The tensors, in the order of their elements in the file.
        package let tensors: [NamedTensor]
        /// The free texts of `__metadata__`.
        package let metadata: [String: String]
    }

    /// Encodes tensors in canonical form: the same content gives the same bytes.
    ///
    /// - Parameters:
    ///   - tensors: The tensors, with distinct names, in any order.
    ///   - metadata: Texts for the header; omitted if empty.
    /// - Returns: The file's bytes.
    package static func encode(_ tensors: [NamedTensor], metadata: [String: String] = [:]) -> [UInt8] {
        // All elements are F32, so the format's order (by type, then name) is the order of names, compared as UTF-8.
        let sorted = tensors.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        var names: Set<String> = []
        for tensor in sorted {
            precondition(
                names.insert(tensor.name).inserted,
                "Safetensors: two tensors named \(tensor.name) found, one needed"
            )
        }
        let header = paddedHeader(sorted, metadata: metadata)
        let valueCount = sorted.reduce(0) { $0 + $1.values.count }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(lengthByteCount + header.count + valueCount * MemoryLayout<Float>.size)
        withUnsafeBytes(of: UInt64(header.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: header)
        for tensor in sorted {
            tensor.values.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
        return bytes
    }

    /// Decodes a file's bytes and checks every rule of the format.
    ///
    /// The memory used is at most a small multiple of `bytes`, whatever the header says.
    ///
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - path: The origin of the bytes, for messages.
    /// - Returns: The tensors and the metadata.
    /// - Throws: ``CheckpointError/malformed(path:problem:)`` if the bytes break a rule or contain other types than
    ///   F32.
    package static func decode(
        _ bytes: [UInt8],
        path: String = "safetensors"
    ) throws(CheckpointError) -> Contents {
        let dataStart = try dataStart(bytes.prefix(lengthByteCount), fileByteCount: bytes.count, path: path)
        let (header, entries) = try parseHeader(bytes[..<dataStart], fileByteCount: bytes.count, path: path)
        let tensors = entries.map { entry in
            NamedTensor(
                entry.description,
                values: floats(in: bytes, from: dataStart + entry.begin, to: dataStart + entry.end)
            )
        }
        return Contents(tensors: tensors, metadata: header.metadata)
    }

    /// Checks the beginning of a file, so that a file of another format is rejected before all of it is read.
    ///
    /// - Parameters:
    ///   - fileByteCount: The file's length.
    ///   - path: The file, for messages.
    ///   - read: Reads the given number of bytes from the beginning, or all if there are fewer.
    /// - Throws: ``CheckpointError/malformed(path:problem:)``, and what `read` throws.
    static func checkBeginning(
        fileByteCount: Int,
        path: String,
        read: (_ byteCount: Int) throws(CheckpointError) -> [UInt8]
    ) throws(CheckpointError) {
        let dataStart = try dataStart(read(lengthByteCount)[...], fileByteCount: fileByteCount, path: path)
        let beginning = try read(dataStart)
        guard beginning.count == dataStart else {
            throw .malformed(path: path, problem: "\(beginning.count) bytes found, \(dataStart) of the header expected")
        }
        _ = try parseHeader(beginning[...], fileByteCount: fileByteCount, path: path)
    }

    /// Reads a header from the beginning of a file, and checks that its tensors fill the rest.
    private static func parseHeader(
        _ beginning: ArraySlice<UInt8>,
        fileByteCount: Int,
        path: String
    ) throws(CheckpointError) -> (SafetensorsHeader, [SafetensorsHeader.Entry]) {
        var scanner = HeaderScanner(beginning.dropFirst(lengthByteCount), path: path)
        let header = try SafetensorsHeader(&scanner)
        return (header, try header.contiguousEntries(dataByteCount: fileByteCount - beginning.count, path: path))
    }

    /// The offset of the data, from the length of the header in the first bytes.
    private static func dataStart(
        _ bytes: ArraySlice<UInt8>,
        fileByteCount: Int,
        path: String
    ) throws(CheckpointError) -> Int {
        guard bytes.count >= lengthByteCount else {
            throw .malformed(
                path: path,
                problem: "not a safetensors file: \(bytes.count) bytes found, at least \(lengthByteCount) needed"
            )
        }
        let length = bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
        guard length <= maximumHeaderByteCount else {
            throw .malformed(
                path: path,
                problem:
                    "not a safetensors file: header of \(length) bytes found, at most \(maximumHeaderByteCount) allowed"
            )
        }
        guard length <= fileByteCount - lengthByteCount else {
            throw .malformed(
                path: path,
                problem:
                    "not a whole safetensors file: header of \(length) bytes reaches beyond the file's \(fileByteCount) bytes"
            )
        }
        return lengthByteCount + Int(length)
    }

    private static func floats(in bytes: [UInt8], from begin: Int, to end: Int) -> [Float] {
        let count = (end - begin) / MemoryLayout<Float>.size
        return [Float](unsafeUninitializedCapacity: count) { buffer, initializedCount in
            bytes.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(buffer).copyMemory(from: .init(rebasing: $0[begin..<end]))
            }
            initializedCount = count
        }
    }

    private static func paddedHeader(_ sorted: [NamedTensor], metadata: [String: String]) -> [UInt8] {
        var members: [String] = []
        if !metadata.isEmpty {
            let texts = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
                .map { "\(quoted($0.key)):\(quoted($0.value))" }
            members.append("\(quoted(metadataKey)):{\(texts.joined(separator: ","))}")
        }
        var begin = 0
        for tensor in sorted {
            let end = begin + tensor.values.count * MemoryLayout<Float>.size
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            members.append(
                "\(quoted(tensor.name)):{\"dtype\":\"\(dtype)\",\"shape\":[\(shape)],\"data_offsets\":[\(begin),\(end)]}"
            )
            begin = end
        }
        var header = Array("{\(members.joined(separator: ","))}".utf8)
        while header.count % lengthByteCount != 0 { header.append(UInt8(ascii: " ")) }
        return header
    }

    /// A JSON string, escaped like the reference implementation does it.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{8}": result += "\\b"
            case "\u{C}": result += "\\f"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{0}"..<" ":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
