import CPNG
import Foundation

extension PixelImage {
    /// The picture as a PNG file (libpng).
    ///
    /// - Returns: The file's bytes.
    /// - Throws: `ImagesError.encoding`, as where memory runs out.
    public func png() throws(ImagesError) -> [UInt8] {
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        image.width = png_uint_32(width)
        image.height = png_uint_32(height)
        image.format = channels == 1 ? 0 : png_uint_32(PNG_FORMAT_FLAG_COLOR)
        defer { png_image_free(&image) }
        // Without a place to write to, libpng tells how long the file will be.
        var byteCount: png_alloc_size_t = 0
        guard png_image_write_to_memory(&image, nil, &byteCount, 0, pixels, 0, nil) != 0 else {
            throw .encoding(reason: Self.message(of: image))
        }
        var bytes = [UInt8](repeating: 0, count: Int(byteCount))
        guard png_image_write_to_memory(&image, &bytes, &byteCount, 0, pixels, 0, nil) != 0 else {
            throw .encoding(reason: Self.message(of: image))
        }
        return bytes
    }

    /// The picture as a `data:` address for a page of HTML, which then needs no other file.
    ///
    /// - Returns: A PNG in base 64.
    /// - Throws: `ImagesError`.
    public func dataURL() throws(ImagesError) -> String {
        "data:image/png;base64," + Data(try png()).base64EncodedString()
    }

    private static func message(of image: png_image) -> String {
        withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
