import CImageCodecs
package import Images

/// Decodes the bytes of picture files to gray or RGB pictures, turned upright.
///
/// Palettes are looked up, 16 bits are rounded to 8, transparency and color profiles are ignored. Several threads may
/// decode at once.
package enum ImageDecoder {
    /// Decodes one picture.
    ///
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - path: The file's name in errors.
    ///   - minimum: The smallest height and width needed, in pixels: a JPEG at least twice as large is decoded at a
    ///     half, a quarter or an eighth of its size, with no side below the minimum. By default at full size.
    /// - Returns: `[H, W, C]`, turned according to EXIF.
    /// - Throws: `ImageFileError`.
    package static func decode(
        _ bytes: [UInt8],
        path: String,
        noSmallerThan minimum: (height: Int, width: Int)? = nil
    ) throws(ImageFileError) -> PixelImage {
        guard let format = ImageFormat(firstBytesOf: bytes) else { throw .unknownFormat(path: path) }
        let file = EncodedImage(bytes: bytes, path: path, format: format)
        let orientation = ImageOrientation(of: bytes, format: format)
        let image =
            switch format {
            case .png: try file.decode(header: cimagecodecs_png_header, pixels: cimagecodecs_png_decode)
            case .webp: try file.decode(header: cimagecodecs_webp_header, pixels: cimagecodecs_webp_decode)
            case .jpeg: try file.decodedJPEG(noSmallerThan: minimum, orientation: orientation)
            case .bmp: try file.decodedBMP()
            case .netpbm: try file.decodedNetpbm()
            }
        return orientation.applied(to: image)
    }

    /// The height and width that a file's header gives, turned according to EXIF, without decoding the picture.
    ///
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - path: The file's name in errors.
    /// - Returns: Its height and width in pixels.
    /// - Throws: `ImageFileError`.
    package static func size(of bytes: [UInt8], path: String) throws(ImageFileError) -> (height: Int, width: Int) {
        guard let format = ImageFormat(firstBytesOf: bytes) else { throw .unknownFormat(path: path) }
        let file = EncodedImage(bytes: bytes, path: path, format: format)
        let (width, height) =
            switch format {
            case .png: try file.header(by: cimagecodecs_png_header).sides
            case .webp: try file.header(by: cimagecodecs_webp_header).sides
            case .jpeg: try file.header(by: cimagecodecs_jpeg_header).sides
            case .bmp: try BMPHeader(file).sides
            case .netpbm: try NetpbmHeader(file).sides
            }
        return ImageOrientation(of: bytes, format: format).swapsSides ? (width, height) : (height, width)
    }
}

extension cimagecodecs_header {
    fileprivate var sides: (width: Int, height: Int) { (Int(width), Int(height)) }
}

/// The bytes of a file whose format is known.
struct EncodedImage {
    let bytes: [UInt8]
    let path: String
    let format: ImageFormat

    typealias HeaderReader = (
        UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<cimagecodecs_header>?, UnsafeMutablePointer<CChar>?
    ) -> Int32
    typealias PixelReader = (
        UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<UInt8>?, Int, UnsafeMutablePointer<CChar>?
    ) -> Int32

    func damaged(_ reason: String) -> ImageFileError { .damaged(path: path, format: format, reason: reason) }

    func unsupported(_ feature: String) -> ImageFileError {
        .unsupported(path: path, format: format, feature: feature)
    }

    /// Rejects pictures that are too large to allocate memory for.
    func check(width: Int, height: Int) throws(ImageFileError) {
        guard width >= 1, height >= 1 else { throw damaged("\(width)×\(height) pixels") }
        let limit = ImageFormat.maximumSide
        guard width <= limit, height <= limit, width * height <= ImageFormat.maximumPixelCount else {
            throw .tooLarge(path: path, width: width, height: height)
        }
    }

    /// Reads the header and checks the picture's size.
    func header(by read: HeaderReader) throws(ImageFileError) -> cimagecodecs_header {
        var header = cimagecodecs_header()
        if let reason = message({ read(bytes, bytes.count, &header, $0) }) { throw damaged(reason) }
        try check(width: Int(header.width), height: Int(header.height))
        return header
    }

    func decode(header read: HeaderReader, pixels: PixelReader) throws(ImageFileError) -> PixelImage {
        let header = try header(by: read)
        return try picture(width: Int(header.width), height: Int(header.height), channels: Int(header.channels)) {
            pixels(bytes, bytes.count, $0, $1, $2)
        }
    }

    /// Decodes a JPEG, scaled down in its cosine transform as far as `minimum` allows.
    func decodedJPEG(
        noSmallerThan minimum: (height: Int, width: Int)?,
        orientation: ImageOrientation
    ) throws(ImageFileError) -> PixelImage {
        let header = try header(by: cimagecodecs_jpeg_header)
        let (width, height) = (Int(header.width), Int(header.height))
        var divisor = 1
        if let minimum {
            let (rows, columns) =
                orientation.swapsSides ? (minimum.width, minimum.height) : (minimum.height, minimum.width)
            divisor = [8, 4, 2].first { height / $0 >= rows && width / $0 >= columns } ?? 1
        }
        return try picture(
            width: (width + divisor - 1) / divisor,
            height: (height + divisor - 1) / divisor,
            channels: Int(header.channels)
        ) { cimagecodecs_jpeg_decode(bytes, bytes.count, UInt32(divisor), $0, $1, $2) }
    }

    /// Allocates the picture and lets a codec write its pixels.
    private func picture(
        width: Int,
        height: Int,
        channels: Int,
        write: (UnsafeMutablePointer<UInt8>?, Int, UnsafeMutablePointer<CChar>) -> Int32
    ) throws(ImageFileError) -> PixelImage {
        var reason: String?
        let count = width * height * channels
        let pixels = [UInt8](unsafeUninitializedCapacity: count) { pixels, initializedCount in
            reason = message { write(pixels.baseAddress, count, $0) }
            if reason == nil { initializedCount = count }
        }
        if let reason { throw damaged(reason) }
        return PixelImage(width: width, height: height, channels: channels, pixels: pixels)
    }

    /// The error message of a codec call; nil if it succeeded.
    private func message(_ call: (UnsafeMutablePointer<CChar>) -> Int32) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(CIMAGECODECS_MESSAGE_BYTES)) { room in
            guard let text = room.baseAddress else { return "no memory is left" }
            text.pointee = 0
            return call(text) == 0 ? nil : String(cString: text)
        }
    }
}
