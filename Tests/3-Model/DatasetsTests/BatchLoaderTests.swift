import Datasets
import Tensors
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct BatchLoaderTests {
    @Test func imagesEqualPyTorchs() throws {
        let dataset = dataset(ImageShape(channels: 2, height: 4, width: 5), sampleCount: 1)
        let normalized = try dataset.normalized(
            by: Normalization(mean: BatchLoaderGolden.mean, standardDeviation: BatchLoaderGolden.deviation)
        )
        let loader = try BatchLoader(
            dataset: normalized,
            augmentation: Augmentation(mirror: true, translationPixels: 2),
            seed: 0
        )
        let buffer = AlignedBuffer(count: 40)
        for golden in BatchLoaderGolden.images {
            let placement = Augmentation.Placement(
                isMirrored: golden.isMirrored,
                rowOffset: golden.rowOffset,
                columnOffset: golden.columnOffset
            )
            loader.load(0, from: normalized.training, placed: placement, into: buffer.slice)
            expectClose(buffer.slice.array, golden.values, absolute: 1e-7, relative: 1e-6)
        }
    }

    @Test func evaluationLoadsImagesWithoutAugmentation() throws {
        let dataset = dataset(ImageShape(channels: 3, height: 4, width: 4), sampleCount: 5)
        let loader = try BatchLoader(
            dataset: dataset,
            augmentation: Augmentation(mirror: true, translationPixels: 3),
            seed: 9
        )
        let loaded = load([4, 0, 2], of: dataset, with: loader, epoch: nil)
        let expected = [4, 0, 2].flatMap { sample in
            (0..<48).map { position in
                Float(dataset.training.pixels[sample * 48 + position % 3 * 16 + position / 3]) / 255
            }
        }
        expectClose(loaded.images, expected, absolute: 0, relative: 0)
        #expect(loaded.labels == [4, 0, 2])
    }

    @Test func augmentationDependsOnTheSampleNotOnTheBatch() throws {
        let dataset = dataset(ImageShape(channels: 3, height: 8, width: 8), sampleCount: 30)
        let loader = try BatchLoader(
            dataset: dataset,
            augmentation: Augmentation(mirror: true, translationPixels: 2),
            seed: 4
        )
        let samples = (0..<Int32(30)).map { $0 }
        let whole = load(samples[...], of: dataset, with: loader, epoch: 6).images
        let oneByOne = samples.flatMap { load([$0], of: dataset, with: loader, epoch: 6).images }
        expectClose(whole, oneByOne, absolute: 0, relative: 0)
        #expect(!whole.elementsEqual(load(samples[...], of: dataset, with: loader, epoch: 7).images))
        let otherSeed = try BatchLoader(
            dataset: dataset,
            augmentation: Augmentation(mirror: true, translationPixels: 2),
            seed: 5
        )
        #expect(!whole.elementsEqual(load(samples[...], of: dataset, with: otherSeed, epoch: 6).images))
    }

    @Test func placementsAreEquallyLikely() {
        let augmentation = Augmentation(mirror: true, translationPixels: 1)
        var counts = Array(repeating: 0, count: 18)
        for sample in 0..<18_000 {
            let placement = augmentation.placement(ofSample: sample, epoch: 3, seed: 1)
            counts[
                (placement.isMirrored ? 9 : 0) + 3 * (placement.rowOffset + 1) + placement.columnOffset + 1
            ] += 1
        }
        // The standard deviation of a count is 31.
        #expect(counts.allSatisfy { (850...1_150).contains($0) })
    }

    @Test func variationsAreIndependentOfEachOther() {
        for sample in 0..<100 {
            let both = Augmentation(mirror: true, translationPixels: 4).placement(ofSample: sample, epoch: 0, seed: 8)
            let moved = Augmentation(mirror: false, translationPixels: 4).placement(ofSample: sample, epoch: 0, seed: 8)
            #expect(!moved.isMirrored)
            #expect(moved.rowOffset == both.rowOffset && moved.columnOffset == both.columnOffset)
            #expect(Augmentation.none.placement(ofSample: sample, epoch: 0, seed: 8) == .init())
        }
    }

    @Test(arguments: [-1, 4, 100])
    func translationBeyondTheBorderIsRefused(pixels: Int) {
        let dataset = dataset(ImageShape(channels: 1, height: 4, width: 9), sampleCount: 1)
        #expect(
            throws: DatasetError.invalidOption(
                name: "augmentation.translationPixels",
                found: "\(pixels)",
                needed: "0 to 3 for images of 4x9"
            )
        ) {
            try BatchLoader(
                dataset: dataset,
                augmentation: Augmentation(mirror: false, translationPixels: pixels),
                seed: 0
            )
        }
    }

    @Test(arguments: [TestTimeAugmentation.mirror, .translate])
    func samplesThatAreNoImagesHaveOneView(views: TestTimeAugmentation) {
        let dataset = dataset(ImageShape(channels: 2, height: 1, width: 9), sampleCount: 1)
        let error = DatasetError.invalidOption(
            name: "evaluation.testTimeAugmentation",
            found: "\(views)",
            needed: "none for samples of 2x1x9, which are no images"
        )
        #expect(throws: error) { try BatchLoader(dataset: dataset, augmentation: .none, seed: 0, views: views) }
        #expect(throws: error) {
            try BatchLoader(dataset: dataset, shift: PixelShift(rows: 0, columns: 0), views: views)
        }
    }

    @Test func theWeightsOfAllViewsAddUpToOne() {
        for views in TestTimeAugmentation.allCases {
            #expect(views.views.reduce(0) { $0 + $1.weight } == 1)
            #expect(views.views[0].placement == .init())
        }
    }

    private func dataset(_ shape: ImageShape, sampleCount: Int) -> ImageDataset {
        let pixels = (0..<sampleCount * shape.count).map { UInt8((37 * $0 + 11) % 256) }
        let set = ImageSet(shape: shape, pixels: pixels, labels: (0..<sampleCount).map { UInt8($0) })
        return ImageDataset(
            name: "made",
            classNames: (0..<sampleCount).map { "\($0)" },
            maximumPixelValue: 255,
            normalization: Normalization(
                mean: Array(repeating: 0, count: shape.channels),
                standardDeviation: Array(repeating: 1, count: shape.channels)
            ),
            training: set,
            test: set
        )
    }

    private func load(
        _ samples: ArraySlice<Int32>,
        of dataset: ImageDataset,
        with loader: BatchLoader,
        epoch: Int?
    ) -> (images: [Float], labels: [Int32]) {
        let buffer = AlignedBuffer(count: samples.count * dataset.shape.count)
        var labels = Array(repeating: Int32(-1), count: samples.count)
        labels.withUnsafeMutableBufferPointer {
            loader.load(samples, from: dataset.training, epoch: epoch, into: buffer.slice, labels: $0)
        }
        return (buffer.slice.array, labels)
    }
}
