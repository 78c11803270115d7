import CPNG
import Images
import Testing

@Suite(.timeLimit(.minutes(10))) struct PixelImageTests {
    private let gray = PixelImage(width: 3, height: 2, channels: 1, pixels: [0, 64, 255, 1, 2, 3])
    private let color = PixelImage(width: 1, height: 2, channels: 3, pixels: [255, 0, 10, 20, 30, 40])

    /// A file decoded by libpng.
    private func decoded(_ png: [UInt8], channels: Int) -> PixelImage {
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        #expect(png_image_begin_read_from_memory(&image, png, png.count) != 0)
        image.format = channels == 1 ? 0 : png_uint_32(PNG_FORMAT_FLAG_COLOR)
        let (width, height) = (Int(image.width), Int(image.height))
        var pixels = [UInt8](repeating: 0, count: width * height * channels)
        #expect(png_image_finish_read(&image, nil, &pixels, 0, nil) != 0)
        return PixelImage(width: width, height: height, channels: channels, pixels: pixels)
    }

    @Test func readsBackAsTheSamePicture() throws {
        #expect(decoded(try gray.png(), channels: 1) == gray)
        #expect(decoded(try color.png(), channels: 3) == color)
    }

    @Test func dataURLContainsAPNG() throws {
        // The signature of PNG files, 89 50 4E 47 0D 0A 1A 0A, in base 64.
        #expect(try gray.dataURL().hasPrefix("data:image/png;base64,iVBORw0KGgo"))
    }

    @Test func enlargesEachPixelToASquare() {
        let enlarged = PixelImage(width: 2, height: 1, channels: 1, pixels: [5, 9]).enlarged(by: 2)
        #expect(enlarged == PixelImage(width: 4, height: 2, channels: 1, pixels: [5, 5, 9, 9, 5, 5, 9, 9]))
    }

    /// By hand: tiles of 2×1, two in a row of 8 pixels, so each is enlarged by 2, with 2 pixels between them.
    @Test func aMosaicHasRowsOfTilesWithLinesBetween() {
        let tile = PixelImage(width: 2, height: 1, channels: 1, pixels: [5, 9])
        let mosaic = PixelImage.mosaic([tile, tile, tile], columns: 2, widthPixels: 8)
        #expect((mosaic.width, mosaic.height) == (10, 6))
        let reds = stride(from: 0, to: mosaic.pixels.count, by: 3).map { mosaic.pixels[$0] }
        let (line, both): ([UInt8], [UInt8]) = (Array(repeating: 70, count: 10), [5, 5, 9, 9, 70, 70, 5, 5, 9, 9])
        let one: [UInt8] = [5, 5, 9, 9, 70, 70, 70, 70, 70, 70]
        #expect(reds == both + both + line + line + one + one)
    }
}
