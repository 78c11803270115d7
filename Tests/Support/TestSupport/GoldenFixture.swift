package import Foundation

/// Values computed by another tool, from a file written by `Tests/Support/Golden/generate.py`.
///
/// `Tests/Support/Golden/fixtures/README.md` lists the fixtures and their tensors.
package struct GoldenFixture: Sendable {
    /// The fixture's name, which is its file name without the extension.
    package let name: String
    /// The fixture's tensors by name.
    package let tensors: [String: GoldenTensor]

    /// The folder of the fixtures, in the source tree.
    package static var folder: URL {
        SourceTree.root.appending(path: "Tests/Support/Golden/fixtures")
    }

    /// Reads a fixture.
    ///
    /// - Parameter name: The name, such as `conv2d-3x3-same`.
    /// - Returns: The fixture with all its tensors.
    /// - Throws: Foundation's error for a file that does not exist or whose header is not JSON.
    package static func load(_ name: String) throws -> GoldenFixture {
        let file = try Data(contentsOf: folder.appending(path: name + ".safetensors"))
        let headerEnd = 8 + Int(file.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) })
        let header = try JSONDecoder().decode([String: Entry].self, from: file[8..<headerEnd])
        let data = file[headerEnd...]
        return GoldenFixture(name: name, tensors: header.mapValues { $0.tensor(in: data) })
    }

    /// The tensor of this name, which must exist.
    package subscript(tensor: String) -> GoldenTensor {
        guard let found = tensors[tensor] else {
            preconditionFailure("\(name) has no '\(tensor)', but \(tensors.keys.sorted().joined(separator: ", "))")
        }
        return found
    }

    /// A tensor of one element, such as a setting.
    ///
    /// - Parameter tensor: The tensor's name.
    /// - Returns: Its only element.
    package func number(_ tensor: String) -> Double {
        let values = self[tensor].doubles
        precondition(values.count == 1, "\(name): '\(tensor)' has \(values.count) elements, 1 needed")
        return values[0]
    }

    /// A whole-number setting, such as a stride.
    ///
    /// - Parameter tensor: The tensor's name.
    /// - Returns: Its only element.
    package func integer(_ tensor: String) -> Int { Int(number(tensor)) }
}

/// A tensor's line in the header of a safetensors file.
private struct Entry: Decodable {
    let dtype: String
    let shape: [Int]
    let offsets: [Int]

    enum CodingKeys: String, CodingKey {
        case dtype, shape
        case offsets = "data_offsets"
    }

    func tensor(in data: Data) -> GoldenTensor {
        let bytes = data.dropFirst(offsets[0]).prefix(offsets[1] - offsets[0])
        let doubles = bytes.withUnsafeBytes { bytes -> [Double] in
            switch dtype {
            case "F32": elements(of: bytes) { Double(Float(bitPattern: $0)) }
            case "F64": elements(of: bytes) { Double(bitPattern: $0) }
            case "I32": elements(of: bytes) { Double(Int32(bitPattern: $0)) }
            default: preconditionFailure("golden fixtures hold F32, F64 and I32, \(dtype) found")
            }
        }
        precondition(doubles.count == shape.reduce(1, *), "\(doubles.count) elements found, \(shape) needed")
        return GoldenTensor(shape: shape, doubles: doubles)
    }

    private func elements<Bits: FixedWidthInteger>(
        of bytes: UnsafeRawBufferPointer,
        as number: (Bits) -> Double
    ) -> [Double] {
        stride(from: 0, to: bytes.count, by: MemoryLayout<Bits>.size).map { offset in
            number(Bits(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Bits.self)))
        }
    }
}
