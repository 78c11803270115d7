import Datasets
import Tensors
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct MixupTests {
    private let dataset = ImageDataset.made(Normalization(mean: [0.4, 0.5, 0.6], standardDeviation: [0.2, 0.3, 0.4]))

    private struct Loaded: Equatable {
        var images: [Float]
        var labels: [Int32]
        var otherLabels: [Int32]
        var shares: [Float]
    }

    private func load(
        _ samples: ArraySlice<Int32>,
        followedBy next: Int32,
        _ augmentation: Augmentation,
        epoch: Int = 3
    ) throws -> Loaded {
        let loader = try BatchLoader(dataset: dataset, augmentation: augmentation, seed: 8)
        let buffer = AlignedBuffer(count: samples.count * dataset.shape.count)
        var labels = [Int32](repeating: -1, count: samples.count)
        var (others, shares) = (labels, [Float](repeating: 1, count: samples.count))
        labels.withUnsafeMutableBufferPointer {
            loader.load(samples, from: dataset.training, epoch: epoch, into: buffer.slice, labels: $0)
        }
        if loader.blendsSamples {
            loader.blend(
                samples,
                followedBy: next,
                from: dataset.training,
                epoch: epoch,
                images: buffer.slice,
                labels: labels,
                otherLabels: &others,
                shares: &shares
            )
        }
        return Loaded(images: buffer.slice.array, labels: labels, otherLabels: others, shares: shares)
    }

    private static let augmentations = [
        Augmentation(mirror: true, translationPixels: 2, mixupAlpha: 0.4),
        Augmentation(mirror: .alternating, translationPixels: 1, border: .zeros, cutoutPixels: 3, mixupAlpha: 1),
        Augmentation(mirror: false, translationPixels: 0, rotationDegrees: 20, colorJitter: 0.3, mixupAlpha: 3),
    ]

    private func withoutMixup(_ augmentation: Augmentation) -> Augmentation {
        Augmentation(
            mirror: augmentation.mirror,
            translationPixels: augmentation.translationPixels,
            border: augmentation.border,
            cutoutPixels: augmentation.cutoutPixels,
            rotationDegrees: augmentation.rotationDegrees,
            colorJitter: augmentation.colorJitter
        )
    }

    /// By the definition: each augmented image times its share, plus the next one's times what is missing to 1.
    @Test(arguments: augmentations)
    func eachImageIsBlendedWithTheNextOne(augmentation: Augmentation) throws {
        let samples: [Int32] = [4, 9, 0, 17]
        let blended = try load(samples[...], followedBy: 4, augmentation)
        let plain = try load(samples[...], followedBy: 4, withoutMixup(augmentation)).images
        let count = dataset.shape.count
        #expect(blended.labels == samples && blended.otherLabels == [9, 0, 17, 4])
        for position in samples.indices {
            let share = blended.shares[position]
            #expect(share == augmentation.mixupShare(ofSample: Int(samples[position]), epoch: 3, seed: 8))
            let partner = (position + 1) % samples.count
            for i in 0..<count {
                let expected = share * plain[position * count + i] + (1 - share) * plain[partner * count + i]
                #expect(blended.images[position * count + i] == expected)
            }
        }
        #expect(try load(samples[...], followedBy: 4, augmentation, epoch: 4).shares != blended.shares)
    }

    /// However the batch is divided, each part knows which sample follows it.
    @Test(arguments: augmentations, [1, 2, 3, 5])
    func aBatchInPartsIsTheSame(augmentation: Augmentation, partCount: Int) throws {
        let samples: [Int32] = [4, 9, 0, 17, 4]
        let whole = try load(samples[...], followedBy: samples[0], augmentation)
        var parts = Loaded(images: [], labels: [], otherLabels: [], shares: [])
        let length = (samples.count + partCount - 1) / partCount
        for start in stride(from: 0, to: samples.count, by: length) {
            let end = min(start + length, samples.count)
            let part = try load(samples[start..<end], followedBy: samples[end % samples.count], augmentation)
            parts.images += part.images
            parts.labels += part.labels
            parts.otherLabels += part.otherLabels
            parts.shares += part.shares
        }
        #expect(parts == whole)
    }

    /// Beta(alpha, alpha) has mean 1/2, variance 1 / (4 (2 alpha + 1)) and fourth central moment
    /// 3 / (16 (2 alpha + 1) (2 alpha + 3)).
    @Test(arguments: [0.05, 0.2, 0.5, 1, 2, 20])
    func sharesHaveTheMomentsOfTheBetaDistribution(alpha: Double) {
        let augmentation = Augmentation(mirror: false, translationPixels: 0, mixupAlpha: alpha)
        let count = 40_000
        let deviations = (0..<count).map {
            Double(augmentation.mixupShare(ofSample: $0, epoch: 1, seed: 6)) - 0.5
        }
        func moment(_ power: (Double) -> Double) -> Double { deviations.reduce(0) { $0 + power($1) } / Double(count) }
        #expect(deviations.allSatisfy { abs($0) <= 0.5 })
        let (variance, fourth) = (1 / (4 * (2 * alpha + 1)), 3 / (16 * (2 * alpha + 1) * (2 * alpha + 3)))
        #expect(abs(moment { $0 }) < 4 * (variance / Double(count)).squareRoot())
        let second = moment { $0 * $0 }
        #expect(abs(second - variance) < 4 * ((fourth - variance * variance) / Double(count)).squareRoot())
        #expect(abs(moment { $0 * $0 * $0 * $0 } / fourth - 1) < 0.05)
    }

    @Test(arguments: [Double.leastNormalMagnitude, 1e-30, 1e30])
    func extremeNumbersGiveShares(alpha: Double) {
        let augmentation = Augmentation(mirror: false, translationPixels: 0, mixupAlpha: alpha)
        for sample in 0..<1_000 {
            let share = augmentation.mixupShare(ofSample: sample, epoch: 0, seed: 1)
            #expect(alpha < 1 ? share == 0 || share == 1 : abs(share - 0.5) < 1e-6, "\(share)")
        }
    }
}
