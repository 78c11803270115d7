import Images

/// The header of a Windows bitmap ("BITMAPINFOHEADER", Microsoft's Windows GDI reference), or OS/2's shorter one.
struct BMPHeader {
    let width: Int
    let height: Int
    let isTopDown: Bool
    let bitsPerPixel: Int
    let pixelOffset: Int
    /// Bytes of one palette entry: blue, green, red, and in Windows bitmaps an unused one.
    let paletteStride: Int
    let paletteOffset: Int
    let paletteCount: Int
    /// The bit masks of red, green and blue in a pixel of 16 or 32 bits.
    let masks: [Int]

    var sides: (width: Int, height: Int) { (width, height) }

    init(_ file: EncodedImage) throws(ImageFileError) {
        let reader = ByteReader(file.bytes[...])
        guard let pixelOffset = reader.word32(10), let size = reader.word32(14), reader.count >= 26 else {
            throw file.damaged("it ends within its header")
        }
        let isShort = size == 12
        guard isShort || size >= 40, let planes = reader.word16(isShort ? 22 : 26), planes == 1,
            let bits = reader.word16(isShort ? 24 : 28), isShort || reader.count >= 14 + size
        else { throw file.damaged("its header makes no sense") }
        let columns = isShort ? reader.word16(18) ?? 0 : Self.signed(reader.word32(18))
        let rows = isShort ? reader.word16(20) ?? 0 : Self.signed(reader.word32(22))
        try file.check(width: columns, height: abs(rows))
        let compression = isShort ? 0 : reader.word32(30) ?? 0
        guard [0, 3, 6].contains(compression) else { throw file.unsupported("run-length or other compression") }
        guard [1, 4, 8, 16, 24, 32].contains(bits) else { throw file.unsupported("\(bits) bits a pixel") }
        (width, height, isTopDown, bitsPerPixel) = (columns, abs(rows), rows < 0, bits)
        self.pixelOffset = pixelOffset
        paletteStride = isShort ? 3 : 4
        let usesMasks = compression != 0 && (bits == 16 || bits == 32)
        // The masks follow a header of 40 bytes, and are part of a longer one; either way they are here.
        masks =
            usesMasks
            ? [54, 58, 62].map { reader.word32($0) ?? 0 }
            : bits == 16 ? [0x7C00, 0x03E0, 0x001F] : [0xFF0000, 0x00FF00, 0x0000FF]
        paletteOffset = 14 + size + (usesMasks && size == 40 ? 12 : 0)
        let given = isShort ? 0 : reader.word32(46) ?? 0
        let most = bits <= 8 ? 1 << bits : 0
        paletteCount = given == 0 ? most : min(given, most)
    }

    /// Bytes of a row, a multiple of four.
    var rowByteCount: Int { (width * bitsPerPixel + 31) / 32 * 4 }

    private static func signed(_ word: Int?) -> Int { Int(Int32(truncatingIfNeeded: word ?? 0)) }
}

extension EncodedImage {
    func decodedBMP() throws(ImageFileError) -> PixelImage {
        let header = try BMPHeader(self)
        let reader = ByteReader(bytes[...])
        guard let rows = reader.part(header.pixelOffset, header.rowByteCount * header.height) else {
            throw damaged("it ends before its last pixel")
        }
        var pixels = [UInt8](repeating: 0, count: header.width * header.height * 3)
        let palette = try palette(header, reader)
        for row in 0..<header.height {
            let stored = header.isTopDown ? row : header.height - 1 - row
            let start = rows.startIndex + stored * header.rowByteCount
            let line = rows[start..<start + header.rowByteCount]
            for column in 0..<header.width {
                let color = try color(column, of: line, header, palette)
                let target = (row * header.width + column) * 3
                (pixels[target], pixels[target + 1], pixels[target + 2]) = color
            }
        }
        let image = PixelImage(width: header.width, height: header.height, channels: 3, pixels: pixels)
        let isGray = header.bitsPerPixel <= 8 && palette.allSatisfy { $0.0 == $0.1 && $0.1 == $0.2 }
        return isGray ? image.withChannels(1) : image
    }

    private typealias Color = (UInt8, UInt8, UInt8)

    private func palette(_ header: BMPHeader, _ reader: ByteReader) throws(ImageFileError) -> [Color] {
        guard let bytes = reader.part(header.paletteOffset, header.paletteCount * header.paletteStride) else {
            throw damaged("it ends within its palette")
        }
        return stride(from: bytes.startIndex, to: bytes.endIndex, by: header.paletteStride).map {
            (bytes[$0 + 2], bytes[$0 + 1], bytes[$0])
        }
    }

    private func color(
        _ column: Int,
        of line: ArraySlice<UInt8>,
        _ header: BMPHeader,
        _ palette: [Color]
    ) throws(ImageFileError) -> Color {
        let bits = header.bitsPerPixel
        guard bits > 8 else {
            let byte = Int(line[line.startIndex + column * bits / 8])
            let index = byte >> (8 - bits - column * bits % 8) & (1 << bits - 1)
            guard index < palette.count else { throw damaged("a pixel of color \(index) of \(palette.count)") }
            return palette[index]
        }
        let start = line.startIndex + column * bits / 8
        let word = (0..<bits / 8).reduce(0) { $0 | Int(line[start + $1]) << (8 * $1) }
        return (
            Self.part(word, header.masks[0]), Self.part(word, header.masks[1]), Self.part(word, header.masks[2])
        )
    }

    /// The bits under a mask, scaled to 0...255.
    private static func part(_ word: Int, _ mask: Int) -> UInt8 {
        guard mask > 0 else { return 0 }
        let largest = mask >> mask.trailingZeroBitCount
        return UInt8(((word & mask) >> mask.trailingZeroBitCount * 255 + largest / 2) / largest)
    }
}
