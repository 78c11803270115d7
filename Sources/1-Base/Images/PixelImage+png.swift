import CPNG
import Foundation

extension PixelImage {
    /// The picture as a PNG file (libpng).
    ///
    /// - Returns: The file's bytes.
    /// - Throws: `ImagesError.encoding`, for example when memory runs out.
    package func png() throws(ImagesError) -> [UInt8] {
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        image.width = png_uint_32(width)
        image.height = png_uint_32(height)
        image.format = channels == 1 ? 0 : png_uint_32(PNG_FORMAT_FLAG_COLOR)
        defer { png_image_free(&image) }
        // Without a buffer to write to, libpng computes the length of the file.
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

    /// The picture as a `data:` URL, so that an HTML page needs no other file.
    ///
    /// - Returns: A PNG in Base64.
    /// - Throws: `ImagesError`.
    package func dataURL() throws(ImagesError) -> String {
        "data:image/png;base64," + Data(try png()).base64EncodedString()
    }

    private static func message(of image: png_image) -> String {
        withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
