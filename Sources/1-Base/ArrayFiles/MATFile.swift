/// Reads arrays from MATLAB's level 5 files, the format of SVHN ("MAT-File Format", The MathWorks).
package struct MATFile {
    /// The file.
    package let path: String
    private let stream: ByteStream
    private let isBigEndian: Bool
    private let byteCount: Int

    /// Reads the file's header.
    ///
    /// - Parameter path: Where it is.
    /// - Throws: `ArrayFileError`.
    package init(path: String) throws(ArrayFileError) {
        self.path = path
        stream = try ByteStream(path: path, range: 0..<Int.max, compression: .none)
        byteCount = stream.maximumByteCount
        let header = try stream.read(128)
        guard header[126...] == [0x49, 0x4D] || header[126...] == [0x4D, 0x49] else {
            throw .unsupported(path: path, feature: "no MATLAB file of level 5", needed: "one (save -v6 or -v7)")
        }
        isBigEndian = header[126] == 0x4D
    }

    /// Reads the arrays with the given names, and skips others.
    ///
    /// - Parameter names: The variables to read.
    /// - Returns: The array of each name; the first dimension varies fastest.
    /// - Throws: `ArrayFileError`, also if a variable is missing.
    package func arrays(named names: Set<String>) throws(ArrayFileError) -> [String: NumberArray] {
        var arrays: [String: NumberArray] = [:]
        var offset = 128
        while arrays.count < names.count, offset < byteCount {
            let file = MATElements(
                stream: try ByteStream(path: path, range: offset..<byteCount, compression: .none),
                isBigEndian: isBigEndian
            )
            let tag = try file.tag()
            let body = offset + 8..<min(byteCount, offset + 8 + tag.byteCount)
            let isCompressed = tag.kind == 15
            let variable = MATElements(
                stream: try ByteStream(path: path, range: body, compression: isCompressed ? .zlib : .none),
                isBigEndian: isBigEndian
            )
            if isCompressed || tag.kind == 14 {
                if isCompressed { _ = try variable.tag() }
                if let (name, array) = try variable.array(among: names) { arrays[name] = array }
            }
            offset += 8 + tag.byteCount
        }
        for name in names where arrays[name] == nil {
            throw .unsupported(path: path, feature: "no variable '\(name)'", needed: "an array of numbers of that name")
        }
        try stream.checkIdentity()
        return arrays
    }
}

/// The elements of a MATLAB file, one after another: a tag with type and length, then the bytes, padded to a multiple
/// of eight.
private struct MATElements {
    let stream: ByteStream
    let isBigEndian: Bool

    struct Tag {
        let kind: Int
        let byteCount: Int
        /// The bytes of a short element, which are stored in the tag itself.
        let inlineBytes: [UInt8]?
    }

    func tag() throws(ArrayFileError) -> Tag {
        let bytes = try stream.read(8)
        let first = number(bytes[..<4])
        guard first >> 16 != 0 else { return Tag(kind: first, byteCount: number(bytes[4...]), inlineBytes: nil) }
        let count = first >> 16
        guard count <= 4 else { throw .damaged(path: stream.path, reason: "a tag of \(count) bytes") }
        return Tag(kind: first & 0xFFFF, byteCount: count, inlineBytes: Array(bytes[4..<4 + count]))
    }

    /// Reads the next element, of at most `limit` bytes.
    private func element(atMost limit: Int) throws(ArrayFileError) -> (kind: Int, bytes: [UInt8]) {
        let tag = try tag()
        if let bytes = tag.inlineBytes { return (tag.kind, bytes) }
        guard tag.byteCount <= limit else {
            throw .damaged(path: stream.path, reason: "an element of \(tag.byteCount) bytes, of at most \(limit)")
        }
        let bytes = try stream.read(tag.byteCount)
        // The last element of a variable may lack its padding.
        let padding = (8 - tag.byteCount % 8) % 8
        if padding > 0 { _ = try? stream.read(padding) }
        return (tag.kind, bytes)
    }

    /// The array in a variable's elements (flags, dimensions, name, numbers); nil if its name wasn't asked for.
    func array(among names: Set<String>) throws(ArrayFileError) -> (String, NumberArray)? {
        let path = stream.path
        let flags = try element(atMost: 8).bytes
        let dimensionBytes = try element(atMost: 4 * 32).bytes
        let name = String(decoding: try element(atMost: 63).bytes, as: UTF8.self)
        guard names.contains(name) else { return nil }
        let shape = stride(from: 0, to: dimensionBytes.count - 3, by: 4).map { number(dimensionBytes[$0..<$0 + 4]) }
        // The low byte of the flags' first word is the array's class: 6 to 15 are numeric arrays.
        guard flags.count == 8, (6...15).contains(number(flags[..<4]) & 0xFF) else {
            throw .unsupported(path: path, feature: "'\(name)' isn't an array of numbers;", needed: "one")
        }
        let (kind, bytes) = try element(atMost: .max)
        guard let element = Self.element(ofKind: kind),
            NumberArray.byteCount(shape: shape, element: element) == bytes.count
        else { throw .damaged(path: path, reason: "'\(name)' has \(bytes.count) bytes, its extents are \(shape)") }
        return (
            name,
            NumberArray(
                path: "\(path), array '\(name)'",
                element: element,
                shape: shape,
                isColumnMajor: true,
                bytes: bytes,
                isBigEndian: isBigEndian
            )
        )
    }

    private func number(_ bytes: ArraySlice<UInt8>) -> Int {
        isBigEndian ? bytes.reduce(0) { $0 << 8 | Int($1) } : bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    private static func element(ofKind kind: Int) -> NumberArray.Element? {
        switch kind {
        case 1: .int8
        case 2: .uint8
        case 3: .int16
        case 4: .uint16
        case 5: .int32
        case 6: .uint32
        case 7: .float32
        case 9: .float64
        case 12: .int64
        case 13: .uint64
        default: nil
        }
    }
}
