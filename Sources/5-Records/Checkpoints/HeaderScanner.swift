/// Reads the part of JSON that a safetensors header uses: objects, strings, and lists of non-negative integers.
///
/// Foundation's parsers silently accept repeated keys and use the last one; here they are an error.
struct HeaderScanner {
    private let bytes: ArraySlice<UInt8>
    private let path: String
    private var position: Int

    /// Starts at the first byte, which must open an object.
    init(_ bytes: ArraySlice<UInt8>, path: String) {
        self.bytes = bytes
        self.path = path
        position = bytes.startIndex
    }

    /// An error at the current position.
    func malformed(_ problem: String) -> CheckpointError {
        .malformed(path: path, problem: "header, byte \(position - bytes.startIndex): \(problem)")
    }

    /// Enters an object; ``nextKey(_:)`` reads its members and leaves it.
    mutating func openObject() throws(CheckpointError) {
        try expect("{")
    }

    /// The next member's key, followed by its value; nil at the object's end.
    ///
    /// `seen` contains the object's earlier keys, and must be empty before the first.
    mutating func nextKey(_ seen: inout Set<String>) throws(CheckpointError) -> String? {
        skipWhitespace()
        if peek == UInt8(ascii: "}") {
            position += 1
            return nil
        }
        if !seen.isEmpty { try expect(",") }
        let key = try string()
        guard seen.insert(key).inserted else { throw malformed("duplicate key \(key)") }
        try expect(":")
        return key
    }

    /// A list of non-negative integers.
    mutating func integers() throws(CheckpointError) -> [Int] {
        var numbers: [Int] = []
        try expect("[")
        skipWhitespace()
        if peek == UInt8(ascii: "]") {
            position += 1
            return numbers
        }
        numbers.append(try integer())
        while peek == UInt8(ascii: ",") {
            position += 1
            numbers.append(try integer())
        }
        try expect("]")
        return numbers
    }

    /// A string, which must be valid UTF-8.
    mutating func string() throws(CheckpointError) -> String {
        try expect("\"")
        var text: [UInt8] = []
        while let byte = peek, byte >= 0x20 {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else { throw malformed("not UTF-8") }
                return string
            case UInt8(ascii: "\\"): try appendEscape(to: &text)
            default: text.append(byte)
            }
        }
        throw malformed("unterminated string")
    }

    /// Checks that only padding follows.
    mutating func finish() throws(CheckpointError) {
        skipWhitespace()
        guard position == bytes.endIndex else { throw malformed("nothing but spaces expected after the object") }
    }

    private var peek: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

    private mutating func skipWhitespace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(CheckpointError) {
        // Nothing may come before the header's object, not even white space.
        if position > bytes.startIndex { skipWhitespace() }
        guard peek == UInt8(ascii: character) else { throw malformed("\(character) expected") }
        position += 1
    }

    /// An integer, and the white space after it.
    private mutating func integer() throws(CheckpointError) -> Int {
        skipWhitespace()
        let start = position
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        let digits = bytes[start..<position]
        guard !digits.isEmpty, digits.count == 1 || digits.first != UInt8(ascii: "0"),
            let number = Int(String(decoding: digits, as: UTF8.self))
        else { throw malformed("a whole number of at most \(Int.max) expected") }
        skipWhitespace()
        return number
    }

    private mutating func appendEscape(to text: inout [UInt8]) throws(CheckpointError) {
        guard let byte = peek else { throw malformed("unterminated string") }
        position += 1
        switch Unicode.Scalar(byte) {
        case "\"", "\\", "/": text.append(byte)
        case "b": text.append(0x08)
        case "f": text.append(0x0C)
        case "n": text.append(0x0A)
        case "r": text.append(0x0D)
        case "t": text.append(0x09)
        case "u": text.append(contentsOf: String(decoding: try escapedUnits(), as: UTF16.self).utf8)
        default: throw malformed("unknown escape")
        }
    }

    /// The UTF-16 unit of `\uXXXX`, or both units of a surrogate pair.
    private mutating func escapedUnits() throws(CheckpointError) -> [UInt16] {
        let first = try hexadecimalUnit()
        if !UTF16.isSurrogate(first) { return [first] }
        guard UTF16.isLeadSurrogate(first), bytes[position...].starts(with: Array("\\u".utf8)) else {
            throw malformed("half of a surrogate pair")
        }
        position += 2
        let second = try hexadecimalUnit()
        guard UTF16.isTrailSurrogate(second) else { throw malformed("half of a surrogate pair") }
        return [first, second]
    }

    private mutating func hexadecimalUnit() throws(CheckpointError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw malformed("four hexadecimal digits expected")
            }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }
}
