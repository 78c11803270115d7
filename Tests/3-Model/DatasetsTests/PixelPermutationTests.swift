import Datasets
import Tensors
import Testing

@Suite(.timeLimit(.minutes(10))) struct PixelPermutationTests {
    private let dataset = ImageDataset(
        name: "noise",
        classNames: ["all"],
        maximumPixelValue: 255,
        normalization: Normalization(mean: [0, 0], standardDeviation: [1, 1]),
        training: noise(count: 3),
        test: noise(count: 2)
    )

    private static func noise(count: Int) -> ImageSet {
        let shape = ImageShape(channels: 2, height: 5, width: 4)
        var random = RandomStream(seed: 1, purpose: .benchmark)
        let pixels = (0..<count * shape.count).map { _ in UInt8(random.nextInteger(below: 256)) }
        return ImageSet(shape: shape, pixels: pixels, labels: Array(repeating: 0, count: count))
    }

    /// Every image of a set, `[N, H × W]` pixels of `[C]`.
    private func loaded(
        _ set: ImageSet,
        of dataset: ImageDataset,
        augmentation: Augmentation = .none
    ) throws -> [[[Float]]] {
        let loader = try BatchLoader(dataset: dataset, augmentation: augmentation, seed: 3)
        let buffer = AlignedBuffer(count: set.count * set.shape.count)
        var labels = [Int32](repeating: 0, count: set.count)
        labels.withUnsafeMutableBufferPointer { labels in
            loader.load(ArraySlice(0..<Int32(set.count)), from: set, epoch: 0, into: buffer.slice, labels: labels)
        }
        let channels = set.shape.channels
        return (0..<set.count).map { image in
            (0..<set.shape.planeCount).map { pixel in
                (0..<channels).map { buffer.slice[image * set.shape.count + pixel * channels + $0] }
            }
        }
    }

    @Test func isAPermutationOfThePositions() throws {
        let permutation = try #require(dataset.permutingPixels(seed: 7).pixelPermutation)
        #expect(permutation.sorted() == Array(0..<20))
        #expect(permutation != Array(0..<20))
        #expect(dataset.permutingPixels(seed: 7).pixelPermutation == permutation)
        #expect(dataset.permutingPixels(seed: 8).pixelPermutation != permutation)
    }

    /// The augmentation comes before the permutation, so the permuted pixels are those of the run without it.
    @Test(arguments: [Augmentation.none, Augmentation(mirror: true, translationPixels: 2)])
    func movesTheSamePixelsInEveryImage(augmentation: Augmentation) throws {
        let permuted = dataset.permutingPixels(seed: 7)
        let permutation = try #require(permuted.pixelPermutation)
        for set in [dataset.training, dataset.test] {
            let before = try loaded(set, of: dataset, augmentation: augmentation)
            let after = try loaded(set, of: permuted, augmentation: augmentation)
            for (before, after) in zip(before, after) {
                for (position, pixel) in before.enumerated() { #expect(after[Int(permutation[position])] == pixel) }
            }
        }
    }
}
