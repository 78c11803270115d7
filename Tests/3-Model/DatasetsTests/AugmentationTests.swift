import Datasets
import Tensors
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct AugmentationTests {
    private let dataset = ImageDataset.made(Normalization(mean: [0, 0, 0], standardDeviation: [1, 1, 1]))

    private func images(_ augmentation: Augmentation, epoch: Int = 3, samples: [Int32] = [4, 5, 6]) throws -> [Float] {
        let loader = try BatchLoader(dataset: dataset, augmentation: augmentation, seed: 8)
        let buffer = AlignedBuffer(count: samples.count * dataset.shape.count)
        var labels = [Int32](repeating: 0, count: samples.count)
        labels.withUnsafeMutableBufferPointer {
            loader.load(samples[...], from: dataset.training, epoch: epoch, into: buffer.slice, labels: $0)
        }
        return buffer.slice.array
    }

    private static let variations = [
        Augmentation(mirror: false, translationPixels: 0, minimumCropArea: 0.3),
        Augmentation(mirror: true, translationPixels: 1, rotationDegrees: 20),
        Augmentation(mirror: false, translationPixels: 0, colorJitter: 0.4),
        Augmentation(mirror: true, translationPixels: 2, minimumCropArea: 0.5, rotationDegrees: 90, colorJitter: 1),
    ]

    @Test(arguments: variations)
    func aVariationDependsOnSampleAndEpochNotOnTheBatch(augmentation: Augmentation) throws {
        let whole = try images(augmentation)
        let single = try [4, 5, 6].flatMap { try images(augmentation, samples: [$0]) }
        #expect(whole == single)
        #expect(try images(augmentation, epoch: 4) != whole)
        #expect(try images(.none) != whole)
        #expect(whole.allSatisfy { $0 >= -1e-6 && $0 <= 1 + 1e-6 })
    }

    /// The two writers agree if there is nothing to vary: a crop of nearly everything, a rotation of nearly nothing.
    @Test func resamplingWithoutVariationChangesNothing() throws {
        let moved = Augmentation(mirror: true, translationPixels: 2)
        let sampled = Augmentation(mirror: true, translationPixels: 2, rotationDegrees: 1e-9)
        expectClose(try images(sampled), try images(moved), absolute: 1e-5, relative: 1e-5)
    }

    /// By hand: each image is flipped in every other epoch, half of them in the first.
    @Test func alternatingFlipsFlipEachImageInEveryOtherEpoch() {
        let augmentation = Augmentation(mirror: .alternating, translationPixels: 2)
        let random = Augmentation(mirror: true, translationPixels: 2)
        var mirrored = 0
        for sample in 0..<1_000 {
            let placements = (0..<4).map { augmentation.placement(ofSample: sample, epoch: $0, seed: 3) }
            #expect(placements[0].isMirrored != placements[1].isMirrored)
            #expect(placements[0].isMirrored == placements[2].isMirrored)
            #expect(placements[1].isMirrored == placements[3].isMirrored)
            #expect(placements[0] == random.placement(ofSample: sample, epoch: 0, seed: 3))
            #expect(placements[3].rowOffset == random.placement(ofSample: sample, epoch: 3, seed: 3).rowOffset)
            mirrored += placements[0].isMirrored ? 1 : 0
        }
        // Its standard deviation is 16.
        #expect((420...580).contains(mirrored))
    }

    /// The inside of a translated image is the same with either padding; outside it is the mean, 0.
    @Test(arguments: [true, false], [0.0, 1e-9])
    func aBorderOfZerosIsWhereTheOtherIsReflected(mirrors: Bool, rotationDegrees: Double) throws {
        func augmentation(_ border: Augmentation.Border) -> Augmentation {
            Augmentation(
                mirror: mirrors ? .random : .none,
                translationPixels: 3,
                border: border,
                rotationDegrees: rotationDegrees
            )
        }
        let samples = (0..<Int32(20)).map { $0 }
        let reflected = try images(augmentation(.reflected), samples: samples)
        let zeros = try images(augmentation(.zeros), samples: samples)
        for sample in samples.indices {
            let placement = augmentation(.zeros).placement(ofSample: sample, epoch: 3, seed: 8)
            let columnOffset = placement.isMirrored ? -placement.columnOffset : placement.columnOffset
            for index in 0..<dataset.shape.count {
                let (row, column) = (index / 3 / 6 + placement.rowOffset, index / 3 % 6 + columnOffset)
                let isInside = (0..<8).contains(row) && (0..<6).contains(column)
                let place = sample * dataset.shape.count + index
                #expect(zeros[place] == (isInside ? reflected[place] : 0))
            }
        }
    }

    /// Every pixel is equally likely as the center of the square, and the erased area is at most the square.
    @Test func cutoutErasesASquareOfEachImage() throws {
        let augmentation = Augmentation(mirror: false, translationPixels: 0, cutoutPixels: 4)
        let samples = (0..<Int32(20)).map { $0 }
        let (whole, cut) = (try images(.none, samples: samples), try images(augmentation, samples: samples))
        var areas: Set<Int> = []
        for sample in samples.indices {
            var found: [Augmentation.Area] = []
            augmentation.forEachBlankArea(
                ofSample: sample,
                epoch: 3,
                seed: 8,
                placement: .init(),
                shape: dataset.shape
            ) { found.append($0) }
            let area = try #require(found.first)
            #expect((2...4).contains(area.rows.count) && (2...4).contains(area.columns.count))
            areas.insert(area.rows.lowerBound * 6 + area.columns.lowerBound)
            for index in 0..<dataset.shape.count {
                let isBlank = area.rows.contains(index / 3 / 6) && area.columns.contains(index / 3 % 6)
                let place = sample * dataset.shape.count + index
                #expect(cut[place] == (isBlank ? 0 : whole[place]))
            }
        }
        #expect(areas.count > 10)
        #expect(try images(augmentation, epoch: 4, samples: samples) != cut)
    }

    /// By hand: a quarter turn shows the first stored row as a column.
    @Test func aQuarterTurnShowsRowsAsColumns() {
        let shape = ImageShape(channels: 1, height: 2, width: 2)
        let window = Augmentation.Window(height: 1, width: 1, rowShift: 0, columnShift: 0, cosine: 0, sine: 1)
        var output = [Float](repeating: 0, count: 4)
        let stored: [UInt8] = [1, 2, 3, 4]
        stored.withUnsafeBytes { record in
            [Float(0), 1].withUnsafeBufferPointer { figures in
                let writer = VariedImageWriter(
                    shape: shape,
                    element: .uint8,
                    maximum: 1,
                    mean: figures.baseAddress!,
                    standardDeviation: figures.baseAddress! + 1,
                    permutation: nil
                )
                writer.write(
                    record.baseAddress!,
                    placed: .init(),
                    varied: Augmentation.Variation(window: window, jitter: nil),
                    into: &output
                )
            }
        }
        #expect(output == [2, 4, 1, 3])
    }

    @Test func cropsHaveTheRequestedAreaAndProportions() throws {
        let augmentation = Augmentation(mirror: false, translationPixels: 0, minimumCropArea: 0.25)
        let windows = (0..<2_000).compactMap { augmentation.variation(ofSample: $0, epoch: 0, seed: 1)?.window }
        #expect(windows.count == 2_000)
        for window in windows {
            #expect((0.25 * 0.75...1).contains(window.height * window.width + 1e-6))
            #expect(abs(window.rowShift) <= (1 - window.height) / 2 + 1e-6)
            #expect(abs(window.columnShift) <= (1 - window.width) / 2 + 1e-6)
        }
        let mean = windows.reduce(0) { $0 + $1.height * $1.width } / 2_000
        #expect((0.5...0.65).contains(mean))
    }
}
