import Datasets
import Testing

@Suite(.timeLimit(.minutes(10))) struct DigitsDatasetTests {
    @Test func imagesEqualScikitLearns() {
        let digits = DigitsDataset.decoded()
        #expect(digits.shape == ImageShape(channels: 1, height: 8, width: 8))
        #expect(digits.count == 1_797)
        #expect(digits.pixels.reduce(0) { $0 + Int($1) } == DigitsGolden.pixelSum)
        #expect(digits.classCounts(classCount: 10) == DigitsGolden.classCounts)
        var sumsByPosition = Array(repeating: 0, count: 64)
        var weightedSumsByClass = Array(repeating: 0, count: 10)
        for (index, pixel) in digits.pixels.enumerated() {
            sumsByPosition[index % 64] += Int(pixel)
            weightedSumsByClass[Int(digits.labels[index / 64])] += Int(pixel) * (index % 64 + 1)
        }
        #expect(sumsByPosition == DigitsGolden.sumsByPosition)
        #expect(weightedSumsByClass == DigitsGolden.weightedSumsByClass)
    }

    @Test func theSplitContainsEachImageOnce() {
        let dataset = DigitsDataset.load()
        #expect(dataset.training.count == 1_437)
        #expect(dataset.test.count == 360)
        let split = images(of: dataset.training) + images(of: dataset.test)
        let source = images(of: DigitsDataset.decoded())
        #expect(!split.elementsEqual(source))
        #expect(split.sorted(by: precedes).elementsEqual(source.sorted(by: precedes)))
        // Both parts contain every class, with about its fraction.
        #expect(dataset.test.classCounts(classCount: 10).allSatisfy { (18...54).contains($0) })
    }

    /// Otherwise the test images would be the last ones in the order of epoch 0 with seed 0.
    @Test func theSplitUsesItsOwnRandomStream() throws {
        let source = DigitsDataset.decoded()
        let all = images(of: source)
        let order = EpochOrder(sampleCount: source.count, seed: 0, epoch: 0).batch(0, ofSize: 1_437)
        #expect(images(of: DigitsDataset.load().training) != order.map { all[Int($0)] })
    }

    @Test func aSeededLimitIsRandomAndSmallerLimitsAreSubsets() throws {
        let dataset = DigitsDataset.load()
        let ten = try images(of: dataset.limited(to: 10, seed: 3).training)
        let hundred = try dataset.limited(to: 100, seed: 3)
        #expect(images(of: hundred.training).starts(with: ten))
        #expect(hundred.test.pixels == dataset.test.pixels)
        #expect(try images(of: dataset.limited(to: 10, seed: 4).training) != ten)
        #expect(try images(of: dataset.limited(to: 10).training) != ten)
        let all = try images(of: dataset.limited(to: 1_437, seed: 3).training)
        #expect(all.sorted(by: precedes) == images(of: dataset.training).sorted(by: precedes))
    }

    @Test func theNormalizationIsComputedFromThePixels() {
        let dataset = DigitsDataset.load()
        #expect(dataset.normalization.mean == [DigitsGolden.mean])
        #expect(dataset.normalization.standardDeviation == [DigitsGolden.deviation])
        #expect(dataset.maximumPixelValue == Float(dataset.training.pixels.max() ?? 0))
    }

    private func images(of set: ImageSet) -> [[UInt8]] {
        (0..<set.count).map { [UInt8(set.labels[$0])] + set.bytes(of: $0) }
    }

    private func precedes(_ first: [UInt8], _ second: [UInt8]) -> Bool {
        first.lexicographicallyPrecedes(second)
    }
}
