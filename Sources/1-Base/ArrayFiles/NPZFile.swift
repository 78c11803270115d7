/// Reads the arrays of NumPy's `.npz`: a zip file (PKWARE's APPNOTE 6.3) of `.npy` files, stored or deflated.
package struct NPZFile {
    private struct Entry {
        let method: Int
        let byteCount: Int
        let expandedByteCount: Int
        let headerOffset: Int
        /// CRC-32 of the expanded bytes.
        let checksum: UInt32
    }

    /// The file.
    package let path: String
    private let entries: [String: Entry]

    /// Reads the file's directory.
    ///
    /// - Parameter path: Where it is.
    /// - Throws: `ArrayFileError`.
    package init(path: String) throws(ArrayFileError) {
        self.path = path
        let byteCount = try ByteStream(path: path, range: 0..<Int.max, compression: .none).maximumByteCount
        // The end-of-directory record has 22 bytes and a comment of at most 65,535.
        let tailStart = max(0, byteCount - 22 - 65_535)
        let tail = try Self.bytes(of: path, tailStart..<byteCount)
        guard
            let end = stride(from: tail.count - 22, through: 0, by: -1).first(where: {
                tail[$0...].starts(with: [0x50, 0x4B, 5, 6])
            })
        else { throw .damaged(path: path, reason: "it isn't a zip file, or ends too early") }
        var (count, size, offset) = (tail.word(end + 10, 2), tail.word(end + 12, 4), tail.word(end + 16, 4))
        if count == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF {
            (count, size, offset) = try Self.largeDirectory(of: path, tail: tail, end: end)
        }
        guard size <= byteCount, offset <= byteCount - size else {
            throw .damaged(path: path, reason: "its directory lies beyond its end")
        }
        entries = try Self.entries(in: Self.bytes(of: path, offset..<offset + size), count: count, path: path)
    }

    /// The names of the arrays, without `.npy`.
    package var names: [String] { entries.keys.sorted() }

    /// Reads an array.
    ///
    /// - Parameter name: One of `names`.
    /// - Returns: The array.
    /// - Throws: `ArrayFileError`. Never allocates more memory than the file's directory and the file itself can fill.
    package func array(named name: String) throws(ArrayFileError) -> NumberArray {
        let place = "\(path), array '\(name)'"
        guard let entry = entries[name] else {
            let found = names.isEmpty ? "none" : names.joined(separator: ", ")
            throw .unsupported(path: path, feature: "the arrays \(found)", needed: "'\(name)'")
        }
        let header = try Self.bytes(of: path, entry.headerOffset..<entry.headerOffset + 30)
        guard header.count == 30, header.starts(with: [0x50, 0x4B, 3, 4]) else {
            throw .damaged(path: place, reason: "no file is where the directory says")
        }
        guard entry.method == 0 || entry.method == 8 else {
            throw .unsupported(path: place, feature: "compression method \(entry.method)", needed: "deflate or none")
        }
        let start = entry.headerOffset + 30 + header.word(26, 2) + header.word(28, 2)
        guard start <= Int.max - entry.byteCount else { throw .damaged(path: place, reason: "it makes no sense") }
        let stream = try ByteStream(
            path: path,
            range: start..<start + entry.byteCount,
            compression: entry.method == 0 ? .none : .deflate,
            checksum: entry.checksum
        )
        guard entry.expandedByteCount <= stream.maximumByteCount else {
            throw .damaged(path: place, reason: "it claims \(entry.expandedByteCount) bytes of \(entry.byteCount)")
        }
        let array = try NPYFile.read(stream, named: place)
        guard array.bytes.count <= entry.expandedByteCount else {
            throw .damaged(path: place, reason: "it is longer than the directory says")
        }
        return array
    }

    private static func bytes(of path: String, _ range: Range<Int>) throws(ArrayFileError) -> [UInt8] {
        let stream = try ByteStream(path: path, range: range, compression: .none)
        return try stream.read(stream.maximumByteCount)
    }

    /// The position of the directory in a zip64 file.
    private static func largeDirectory(
        of path: String,
        tail: [UInt8],
        end: Int
    ) throws(ArrayFileError) -> (count: Int, size: Int, offset: Int) {
        let damaged = ArrayFileError.damaged(path: path, reason: "its directory has no beginning")
        guard end >= 20, tail[(end - 20)...].starts(with: [0x50, 0x4B, 6, 7]) else { throw damaged }
        let place = tail.word(end - 12, 8)
        guard place >= 0, place < Int.max - 56 else { throw damaged }
        let record = try bytes(of: path, place..<place + 56)
        guard record.count == 56, record.starts(with: [0x50, 0x4B, 6, 6]) else { throw damaged }
        let (count, size, offset) = (record.word(32, 8), record.word(40, 8), record.word(48, 8))
        guard min(count, size, offset) >= 0 else { throw damaged }
        return (count, size, offset)
    }

    private static func entries(
        in directory: [UInt8],
        count: Int,
        path: String
    ) throws(ArrayFileError) -> [String: Entry] {
        var entries: [String: Entry] = [:]
        var offset = 0
        for _ in 0..<count {
            guard offset <= directory.count - 46, directory[offset...].starts(with: [0x50, 0x4B, 1, 2]) else {
                throw .damaged(path: path, reason: "its directory ends too early")
            }
            let nameLength = directory.word(offset + 28, 2)
            let extraLength = directory.word(offset + 30, 2)
            let next = offset + 46 + nameLength + extraLength + directory.word(offset + 32, 2)
            guard next <= directory.count else {
                throw .damaged(path: path, reason: "its directory ends too early")
            }
            let name = String(decoding: directory[(offset + 46)...].prefix(nameLength), as: UTF8.self)
            let extra = Array(directory[(offset + 46 + nameLength)...].prefix(extraLength))
            if name.hasSuffix(".npy") {
                entries[String(name.dropLast(4))] = try entry(directory, offset, extra, path: path)
            }
            offset = next
        }
        return entries
    }

    private static func entry(
        _ directory: [UInt8],
        _ offset: Int,
        _ extra: [UInt8],
        path: String
    ) throws(ArrayFileError) -> Entry {
        var fields = [
            directory.word(offset + 24, 4), directory.word(offset + 20, 4), directory.word(offset + 42, 4),
        ]
        // Those of these three that don't fit are in the extra field of type 1, in this order.
        var place = 0
        while place + 4 <= extra.count {
            let (kind, length) = (extra.word(place, 2), extra.word(place + 2, 2))
            var value = place + 4
            if kind == 1 {
                for index in fields.indices where fields[index] == 0xFFFF_FFFF && value + 8 <= extra.count {
                    fields[index] = extra.word(value, 8)
                    value += 8
                }
            }
            place += 4 + length
        }
        guard fields.allSatisfy({ (0..<1 << 60).contains($0) }) else {
            throw .damaged(path: path, reason: "its directory makes no sense")
        }
        return Entry(
            method: directory.word(offset + 10, 2),
            byteCount: fields[1],
            expandedByteCount: fields[0],
            headerOffset: fields[2],
            checksum: UInt32(directory.word(offset + 16, 4))
        )
    }
}

extension [UInt8] {
    /// A little-endian number of `byteCount` bytes, all of which must be there; one of eight bytes may be negative.
    func word(_ offset: Int, _ byteCount: Int) -> Int {
        self[offset..<offset + byteCount].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
