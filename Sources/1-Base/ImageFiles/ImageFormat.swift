/// The formats in which pictures are read.
package enum ImageFormat: String, CaseIterable, Sendable {
    case png, jpeg, webp, bmp, netpbm

    /// The most pixels that are decoded: a header of a few bytes can claim any number.
    package static let maximumPixelCount = 1 << 27
    /// The longest side in pixels, as in JPEG.
    package static let maximumSide = 65_535

    /// The file name extensions of pictures, in lower case.
    package static let fileNameEndings: Set<String> = ["png", "jpg", "jpeg", "webp", "bmp", "ppm", "pgm", "pnm"]

    static let list = "PNG, JPEG, WebP, BMP or PPM/PGM"

    var name: String {
        switch self {
        case .png: "PNG"
        case .jpeg: "JPEG"
        case .webp: "WebP"
        case .bmp: "BMP"
        case .netpbm: "PPM/PGM"
        }
    }

    /// Recognizes the format by the first bytes, whatever the file's name; nil if they match no format.
    init?(firstBytesOf bytes: [UInt8]) {
        func begins(_ prefix: [UInt8]) -> Bool { bytes.starts(with: prefix) }
        if begins([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if begins([0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if begins(Array("RIFF".utf8)), bytes.dropFirst(8).starts(with: "WEBP".utf8) {
            self = .webp
        } else if begins(Array("BM".utf8)) {
            self = .bmp
        } else if ["P2", "P3", "P5", "P6"].contains(where: { begins(Array($0.utf8)) }) {
            self = .netpbm
        } else {
            return nil
        }
    }
}
