/// Reads arrays as NumPy writes them (numpy.lib.format, versions 1 to 3).
package enum NPYFile {
    /// Reads a file, gzip or not.
    ///
    /// - Parameter path: Where it is.
    /// - Returns: The array.
    /// - Throws: `ArrayFileError`. Never allocates more memory than the file can fill.
    package static func read(_ path: String) throws(ArrayFileError) -> NumberArray {
        try read(ByteStream(path: path), named: path)
    }

    /// Reads an array from a stream, to the stream's end.
    static func read(_ stream: ByteStream, named path: String) throws(ArrayFileError) -> NumberArray {
        let header = try NPYHeader(stream, path: path)
        guard let byteCount = NumberArray.byteCount(shape: header.shape, element: header.element) else {
            throw .damaged(path: path, reason: "it claims extents of \(header.shape)")
        }
        let bytes = try stream.read(byteCount)
        try stream.finish()
        return NumberArray(
            path: path,
            element: header.element,
            shape: header.shape,
            isColumnMajor: header.isColumnMajor,
            bytes: bytes,
            isBigEndian: header.isBigEndian
        )
    }
}

/// The header of an array: a Python dictionary of `descr`, `fortran_order` and `shape`.
struct NPYHeader {
    let element: NumberArray.Element
    let shape: [Int]
    let isColumnMajor: Bool
    let isBigEndian: Bool

    init(_ stream: ByteStream, path: String) throws(ArrayFileError) {
        let start = try stream.read(8)
        guard start.starts(with: [0x93] + "NUMPY".utf8), (1...3).contains(start[6]) else {
            throw .damaged(path: path, reason: "its first bytes aren't those of NumPy's arrays")
        }
        let lengthBytes = try stream.read(start[6] == 1 ? 2 : 4)
        let length = lengthBytes.reversed().reduce(0) { $0 << 8 | Int($1) }
        // NumPy itself refuses longer ones.
        guard length <= 10_000 else { throw .damaged(path: path, reason: "its header has \(length) bytes") }
        let text = String(decoding: try stream.read(length), as: UTF8.self)
        guard let kind = Self.value(of: "descr", in: text), let order = Self.value(of: "fortran_order", in: text),
            let extents = Self.value(of: "shape", in: text), extents.hasPrefix("("),
            let shape = Self.integers(in: extents), order == "True" || order == "False"
        else { throw .damaged(path: path, reason: "its header makes no sense") }
        guard let element = Self.element(of: kind) else {
            let needed = "uint8, float32 or another kind of plain number"
            throw .unsupported(path: path, feature: "numbers of kind \(kind)", needed: needed)
        }
        self.element = element
        self.shape = shape
        isColumnMajor = order == "True" && shape.count > 1
        isBigEndian = kind.contains(">")
    }

    /// The text between a key and the comma after its value.
    private static func value(of key: String, in text: String) -> String? {
        guard let keyRange = text.firstRange(of: "'\(key)':") else { return nil }
        let rest = text[keyRange.upperBound...].drop { $0 == " " }
        guard let end = rest.firstIndex(where: { $0 == (rest.first == "(" ? ")" : ",") || $0 == "}" }) else {
            return nil
        }
        return rest[..<end].trimmingSuffix { $0 == " " }
    }

    private static func integers(in extents: String) -> [Int]? {
        let parts = extents.dropFirst().split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
        let numbers = parts.compactMap { Int($0) }
        return numbers.count == parts.count && numbers.count <= 32 && numbers.allSatisfy { $0 >= 0 } ? numbers : nil
    }

    private static func element(of kind: String) -> NumberArray.Element? {
        switch kind.filter({ !"'<>|=".contains($0) }) {
        case "u1", "b1": .uint8
        case "i1": .int8
        case "u2": .uint16
        case "i2": .int16
        case "u4": .uint32
        case "i4": .int32
        case "u8": .uint64
        case "i8": .int64
        case "f4": .float32
        case "f8": .float64
        default: nil
        }
    }
}

extension Substring {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> String {
        String(self[..<(lastIndex { !predicate($0) }.map(index(after:)) ?? startIndex)])
    }
}
