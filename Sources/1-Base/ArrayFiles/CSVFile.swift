/// Reads comma-separated values (RFC 4180).
///
/// Quoted fields may contain commas, line breaks and doubled quotes.
package enum CSVFile {
    /// Reads a file, gzip or not.
    ///
    /// - Parameters:
    ///   - path: Where it is.
    ///   - limit: The largest decompressed length in bytes; by default 1 GiB.
    /// - Returns: The number of each line, from 1, and its fields; empty lines are left out.
    /// - Throws: `ArrayFileError`, also for bytes that aren't UTF-8 and for an unclosed quote.
    package static func read(
        _ path: String,
        limit: Int = 1 << 30
    ) throws(ArrayFileError) -> [(line: Int, fields: [String])] {
        let stream = try ByteStream(path: path)
        var bytes: [UInt8] = []
        while let piece = try stream.readUp(to: 1 << 16) {
            bytes += piece
            guard bytes.count <= limit else {
                throw .unsupported(path: path, feature: "more than \(limit) bytes", needed: "fewer")
            }
        }
        try stream.checkIdentity()
        return try parse(bytes, path: path)
    }

    /// Parses the bytes of a file.
    ///
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - path: The file's name in errors.
    /// - Returns: The number of each line, from 1, and its fields; empty lines are left out.
    /// - Throws: `ArrayFileError.damaged`.
    package static func parse(_ bytes: [UInt8], path: String) throws(ArrayFileError) -> [(line: Int, fields: [String])]
    {
        var rows: [(line: Int, fields: [String])] = []
        var (fields, field): ([String], [UInt8]) = ([], [])
        var (line, firstLine) = (1, 1)
        var (isQuoted, wasQuoted) = (false, false)
        // A byte-order mark may come first.
        var position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0

        func endField() throws(ArrayFileError) {
            guard let text = String(validating: field, as: UTF8.self), !text.utf8.contains(0) else {
                throw .damaged(path: path, reason: "line \(line) isn't text in UTF-8")
            }
            fields.append(text)
            (field, wasQuoted) = ([], false)
        }
        func endRow() throws(ArrayFileError) {
            let isEmpty = fields.isEmpty && field.isEmpty && !wasQuoted
            try endField()
            if !isEmpty { rows.append((firstLine, fields)) }
            fields = []
        }

        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\n") { line += 1 }
            if isQuoted {
                if byte != UInt8(ascii: "\"") {
                    field.append(byte)
                } else if position < bytes.count, bytes[position] == byte {
                    field.append(byte)
                    position += 1
                } else {
                    isQuoted = false
                }
            } else if byte == UInt8(ascii: "\""), field.isEmpty, !wasQuoted {
                (isQuoted, wasQuoted) = (true, true)
            } else if byte == UInt8(ascii: ",") {
                try endField()
            } else if byte == UInt8(ascii: "\n") {
                try endRow()
                firstLine = line
            } else if byte != UInt8(ascii: "\r") || position < bytes.count && bytes[position] != UInt8(ascii: "\n") {
                field.append(byte)
            }
        }
        guard !isQuoted else { throw .damaged(path: path, reason: "the quote on line \(firstLine) isn't closed") }
        if !fields.isEmpty || !field.isEmpty || wasQuoted { try endRow() }
        return rows
    }
}

extension ByteStream {
    /// At most the given number of bytes; nil at the end.
    func readUp(to count: Int) throws(ArrayFileError) -> [UInt8]? {
        var failure: ArrayFileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { memory, initializedCount in
            do throws(ArrayFileError) {
                initializedCount = try readSome(into: UnsafeMutableRawBufferPointer(memory))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes.isEmpty ? nil : bytes
    }
}
