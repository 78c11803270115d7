import ImageFiles
import Images
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ResizingTests {
    private func gray(_ width: Int, _ pixels: [UInt8]) -> PixelImage {
        PixelImage(width: width, height: pixels.count / width, channels: 1, pixels: pixels)
    }

    /// By hand: at half the size, a triangle of two pixels each way gives four pixels the weights 1, 3, 3, 1, and three
    /// pixels at the border 3, 3, 1.
    @Test func halvingUsesATriangleFilter() {
        let image = gray(4, [0, 70, 140, 210])
        let halved = Resizing(height: 1, width: 2, mode: .stretch).applied(to: image)
        #expect(halved.pixels == [50, 160])
    }

    @Test func aPictureOfTheRightSizeIsUnchanged() {
        let image = gray(2, [1, 2, 3, 4])
        for mode in Resizing.Mode.allCases {
            #expect(Resizing(height: 2, width: 2, mode: mode).applied(to: image) == image)
        }
    }

    /// The middle square of a wide picture, whose ends are black.
    @Test func shorterSideCropsTheLongerSide() {
        let image = gray(6, Array(repeating: [0, 0, 90, 90, 0, 0], count: 2).flatMap { $0 })
        #expect(Resizing(height: 2, width: 2, mode: .shorterSide).applied(to: image).pixels == [90, 90, 90, 90])
    }

    @Test func padPutsBarsAroundTheWholePicture() {
        let image = gray(4, Array(repeating: 80, count: 8))
        let padded = Resizing(height: 4, width: 4, mode: .pad).applied(to: image)
        let (bar, line): ([UInt8], [UInt8]) = ([0, 0, 0, 0], [80, 80, 80, 80])
        #expect(padded.pixels == bar + line + line + bar)
    }

    /// Weights add up to exactly one, whatever the sizes.
    @Test func aPictureOfOneColorKeepsIt() {
        var random = DamagedInput(seed: 3)
        for _ in 0..<200 {
            let (width, height) = (Int.random(in: 1...70, using: &random), Int.random(in: 1...70, using: &random))
            let value = UInt8.random(in: 0...255, using: &random)
            let channels = [1, 3].randomElement(using: &random) ?? 1
            let image = PixelImage(
                width: width,
                height: height,
                channels: channels,
                pixels: Array(repeating: value, count: width * height * channels)
            )
            let (rows, columns) = (Int.random(in: 1...50, using: &random), Int.random(in: 1...50, using: &random))
            for mode in [Resizing.Mode.stretch, .shorterSide] {
                let resized = Resizing(height: rows, width: columns, mode: mode).applied(to: image)
                #expect(resized.pixels == Array(repeating: value, count: rows * columns * channels))
            }
        }
    }

    @Test(arguments: [(7, 9), (40, 30)])
    func equalsPillowsBilinearResizingUpToRounding(height: Int, width: Int) throws {
        let picture = try ImageDecoder.decode(try ImageFixtures.bytes("color.png"), path: "color.png")
        let name = "stretched-\(height)x\(width).ppm"
        let expected = try ImageDecoder.decode(try ImageFixtures.bytes(name), path: name)
        let found = Resizing(height: height, width: width, mode: .stretch).applied(to: picture)
        let differences = zip(found.pixels, expected.pixels).map { abs(Int($0) - Int($1)) }
        #expect(differences.max() ?? 255 <= 1)
    }

    @Test func grayIsTheLumaOfBT601() {
        let colors = PixelImage(width: 4, height: 1, channels: 3, pixels: [255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9])
        #expect(colors.withChannels(1).pixels == [76, 150, 29, 9])
        #expect(gray(1, [7]).withChannels(3).pixels == [7, 7, 7])
    }
}
