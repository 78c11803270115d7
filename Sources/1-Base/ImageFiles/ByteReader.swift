/// Reads numbers from unchecked bytes: nil, never a trap, beyond their end.
struct ByteReader {
    let bytes: ArraySlice<UInt8>
    var isBigEndian = false

    init(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool = false) {
        self.bytes = bytes
        self.isBigEndian = isBigEndian
    }

    var count: Int { bytes.count }

    func byte(_ offset: Int) -> Int? {
        guard offset >= 0, offset < bytes.count else { return nil }
        return Int(bytes[bytes.startIndex + offset])
    }

    func word16(_ offset: Int) -> Int? { number(offset, byteCount: 2) }

    func word32(_ offset: Int) -> Int? { number(offset, byteCount: 4) }

    /// A part of the bytes; nil if it isn't completely there.
    func part(_ offset: Int, _ length: Int) -> ArraySlice<UInt8>? {
        guard offset >= 0, length >= 0, offset <= count, length <= count - offset else { return nil }
        return bytes[bytes.startIndex + offset..<bytes.startIndex + offset + length]
    }

    func has(_ text: String, at offset: Int) -> Bool {
        part(offset, text.utf8.count)?.elementsEqual(text.utf8) == true
    }

    private func number(_ offset: Int, byteCount: Int) -> Int? {
        guard let part = part(offset, byteCount) else { return nil }
        return isBigEndian
            ? part.reduce(0) { $0 << 8 | Int($1) } : part.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
