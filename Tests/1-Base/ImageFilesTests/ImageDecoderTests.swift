import ImageFiles
import Images
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ImageDecoderTests {
    /// By hand: two columns, two rows; a comment in the header; a maximum of 3.
    @Test func readsNetpbmInTextAndBytes() throws {
        let text = Array("P2 # two by two\n2 2\n3\n0 1\n2 3\n".utf8)
        let gray = PixelImage(width: 2, height: 2, channels: 1, pixels: [0, 85, 170, 255])
        #expect(try ImageDecoder.decode(text, path: "a") == gray)
        let bytes = Array("P6\n1 2\n255\n".utf8) + [1, 2, 3, 4, 5, 6]
        let color = PixelImage(width: 1, height: 2, channels: 3, pixels: [1, 2, 3, 4, 5, 6])
        #expect(try ImageDecoder.decode(bytes, path: "a") == color)
        let deep = Array("P5 1 1 65535\n".utf8) + [0x80, 0x80]
        #expect(try ImageDecoder.decode(deep, path: "a").pixels == [128])
    }

    @Test(arguments: ImageFixtures.names)
    func decodesEveryFormatLikePillow(name: String) throws {
        let found = try ImageDecoder.decode(try ImageFixtures.bytes(name), path: name)
        let expected = try ImageDecoder.decode(try ImageFixtures.expected(name), path: name)
        #expect((found.width, found.height) == (expected.width, expected.height))
        #expect(found.withChannels(expected.channels) == expected)
        let size = try ImageDecoder.size(of: try ImageFixtures.bytes(name), path: name)
        #expect(size == (expected.height, expected.width))
    }

    @Test func everyFormatHasAFixture() {
        let endings = Set(ImageFixtures.names.compactMap { $0.split(separator: ".").last })
        #expect(endings == ["png", "jpg", "webp", "bmp"])
        #expect(ImageFixtures.names.count >= 20)
    }

    @Test(arguments: ImageFixtures.names)
    func aTruncatedFileIsAnErrorThatNamesIt(name: String) throws {
        let bytes = try ImageFixtures.bytes(name)
        for length in stride(from: 0, to: bytes.count, by: 5) + [bytes.count - 1] {
            let error = #expect(throws: ImageFileError.self) {
                try ImageDecoder.decode(Array(bytes[..<length]), path: "some/\(name)")
            }
            #expect(error?.description.contains("some/\(name)") == true)
        }
    }

    @Test func aLargeJPEGIsDecodedAtASmallerScale() throws {
        let bytes = try ImageFixtures.bytes("color.jpg")
        // 21×14 pixels: half of it is 11×7, a quarter 6×4, both rounded up.
        let half = try ImageDecoder.decode(bytes, path: "a", noSmallerThan: (height: 7, width: 10))
        #expect((half.width, half.height) == (11, 7))
        let whole = try ImageDecoder.decode(bytes, path: "a", noSmallerThan: (height: 8, width: 10))
        #expect((whole.width, whole.height) == (21, 14))
        let turned = try ImageDecoder.decode(
            try ImageFixtures.bytes("orientation-6.jpg"),
            path: "a",
            noSmallerThan: (height: 10, width: 7)
        )
        #expect((turned.width, turned.height) == (7, 11))
    }

    /// A header of 33 bytes that claims 65,000 × 65,000 pixels.
    @Test func tooManyPixelsAreRefusedBeforeMemoryIsAllocated() throws {
        var bomb = try ImageFixtures.bytes("color.png")
        bomb.replaceSubrange(16..<24, with: [0, 0, 0xFD, 0xE8, 0, 0, 0xFD, 0xE8])
        bomb.replaceSubrange(29..<33, with: Self.checksum(of: bomb[12..<29]))
        let error = ImageFileError.tooLarge(path: "bomb.png", width: 65_000, height: 65_000)
        #expect(throws: error) { try ImageDecoder.decode(bomb, path: "bomb.png") }
        let text = Array("P6 99999999 99999999 255\n".utf8)
        #expect(throws: ImageFileError.self) { try ImageDecoder.decode(text, path: "a") }
        let claim = Array("P6 10000 10000 255\n".utf8)
        #expect(throws: ImageFileError.self) { try ImageDecoder.decode(claim, path: "a") }
    }

    @Test func bytesOfNoKnownFormatAreRefused() {
        #expect(throws: ImageFileError.unknownFormat(path: "a.png")) {
            try ImageDecoder.decode(Array("hello, world".utf8), path: "a.png")
        }
        #expect(throws: ImageFileError.unknownFormat(path: "a.png")) { try ImageDecoder.decode([], path: "a.png") }
    }

    /// Every damaged file gives a picture or an error; reaching the end of the test shows that none crashes.
    @Test(.timeLimit(.minutes(10)))
    func fortyThousandDamagedFilesGiveAPictureOrAnError() throws {
        let files =
            try ImageFixtures.names.map(ImageFixtures.bytes)
            + [Array("P3\n2 2\n255\n1 2 3 4 5 6 7 8 9 10 11 12\n".utf8)]
            + [try ImageFixtures.expected("color.png"), try ImageFixtures.expected("gray.png")]
        var damages = DamagedInput(seed: 11)
        var (pictureCount, errorCount) = (0, 0)
        for input in 0..<40_000 {
            let bytes = damages.damage(files[input % files.count], with: files[input / 7 % files.count])
            do throws(ImageFileError) {
                let image = try ImageDecoder.decode(bytes, path: "input \(input)")
                pictureCount += image.pixels.count > 0 ? 1 : 0
            } catch {
                errorCount += error.description.contains("input \(input)") ? 1 : 0
            }
        }
        #expect(pictureCount + errorCount == 40_000)
        #expect(pictureCount > 1_000 && errorCount > 10_000)
    }

    /// The CRC-32 of PNG (PNG specification, annex D), computed bit by bit.
    private static func checksum(of bytes: ArraySlice<UInt8>) -> [UInt8] {
        var remainder: UInt32 = .max
        for byte in bytes {
            remainder ^= UInt32(byte)
            for _ in 0..<8 { remainder = remainder >> 1 ^ (remainder & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        let word = ~remainder
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) }
    }
}
