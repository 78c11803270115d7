import Images

/// How the camera was held, from EXIF's tag 0x0112 (CIPA DC-008, "Orientation"), which tells where the first stored row
/// and column belong.
enum ImageOrientation: Int {
    case upright = 1
    case mirrored, halfTurn, flipped, transposed, quarterTurn, transversed, threeQuarterTurn

    /// Whether rows become columns.
    var swapsSides: Bool { rawValue >= 5 }

    /// Reads the orientation of a file; upright if the tag is missing or invalid.
    init(of bytes: [UInt8], format: ImageFormat) {
        let exif =
            switch format {
            case .jpeg: Self.exifInJPEG(ByteReader(bytes[...], isBigEndian: true))
            case .png: Self.exifInPNG(ByteReader(bytes[...], isBigEndian: true))
            case .webp: Self.exifInWebP(ByteReader(bytes[...]))
            case .bmp, .netpbm: nil as ArraySlice<UInt8>?
            }
        self = exif.flatMap(Self.tag).flatMap(Self.init(rawValue:)) ?? .upright
    }

    /// The picture turned upright.
    func applied(to image: PixelImage) -> PixelImage {
        guard self != .upright else { return image }
        let (width, height, channels) = (image.width, image.height, image.channels)
        let (newWidth, newHeight) = swapsSides ? (height, width) : (width, height)
        let pixels = [UInt8](unsafeUninitializedCapacity: image.pixels.count) { target, count in
            image.pixels.withUnsafeBufferPointer { source in
                var position = 0
                for row in 0..<newHeight {
                    for column in 0..<newWidth {
                        let (sourceRow, sourceColumn) = storedPlace(row, column, height: height, width: width)
                        let start = (sourceRow * width + sourceColumn) * channels
                        for channel in 0..<channels { target[position + channel] = source[start + channel] }
                        position += channels
                    }
                }
            }
            count = target.count
        }
        return PixelImage(width: newWidth, height: newHeight, channels: channels, pixels: pixels)
    }

    private func storedPlace(_ row: Int, _ column: Int, height: Int, width: Int) -> (row: Int, column: Int) {
        switch self {
        case .upright: (row, column)
        case .mirrored: (row, width - 1 - column)
        case .halfTurn: (height - 1 - row, width - 1 - column)
        case .flipped: (height - 1 - row, column)
        case .transposed: (column, row)
        case .quarterTurn: (height - 1 - column, row)
        case .transversed: (height - 1 - column, width - 1 - row)
        case .threeQuarterTurn: (column, width - 1 - row)
        }
    }

    /// Finds the EXIF segment of a JPEG, which comes before the pixels.
    private static func exifInJPEG(_ reader: ByteReader) -> ArraySlice<UInt8>? {
        var offset = 2
        while reader.byte(offset) == 0xFF, let marker = reader.byte(offset + 1), marker != 0xDA {
            if marker == 0xFF {
                offset += 1
                continue
            }
            guard let length = reader.word16(offset + 2), length >= 2 else { return nil }
            if marker == 0xE1, reader.has("Exif\0\0", at: offset + 4) { return reader.part(offset + 10, length - 8) }
            offset += 2 + length
        }
        return nil
    }

    private static func exifInPNG(_ reader: ByteReader) -> ArraySlice<UInt8>? {
        var offset = 8
        while let length = reader.word32(offset), !reader.has("IEND", at: offset + 4) {
            if reader.has("eXIf", at: offset + 4) { return reader.part(offset + 8, length) }
            offset += 12 + length
        }
        return nil
    }

    private static func exifInWebP(_ reader: ByteReader) -> ArraySlice<UInt8>? {
        var offset = 12
        while let length = reader.word32(offset + 4) {
            if reader.has("EXIF", at: offset) {
                let exif = reader.part(offset + 8, length)
                return reader.has("Exif\0\0", at: offset + 8) ? exif?.dropFirst(6) : exif
            }
            offset += 8 + length + length % 2
        }
        return nil
    }

    /// Reads the orientation from the first directory of a TIFF header.
    private static func tag(inExif exif: ArraySlice<UInt8>) -> Int? {
        var reader = ByteReader(exif)
        guard reader.has("II", at: 0) || reader.has("MM", at: 0) else { return nil }
        reader.isBigEndian = reader.has("MM", at: 0)
        guard let folder = reader.word32(4), let entryCount = reader.word16(folder) else { return nil }
        for entry in 0..<entryCount {
            let offset = folder + 2 + entry * 12
            guard let tag = reader.word16(offset) else { return nil }
            if tag == 0x0112 { return reader.word16(offset + 8) }
        }
        return nil
    }
}
