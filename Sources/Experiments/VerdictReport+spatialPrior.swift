import Configuration
import Datasets
import Images
import Reports
import Statistics
import Training

extension VerdictReport {
    /// One fixed permutation of all images' pixels.
    func spatialPriorSection(_ options: ExperimentFile.SpatialPrior) throws -> Page.Section {
        let losses = names.indices.map { results.accuracyDifference(($0, .permuted), minus: ($0, .baseline)) }
        let reading = [
            Self.judgement(isTrue: losesOnlyWithConvolutions(losses))
                + "The same permutation of the pixels in every image, in training and test: "
                + names.indices.map { "the \(names[$0]) moves by \(Self.points(losses[$0])) points" }
                .joined(separator: ", ") + ".",
            "A dense layer has no neighbours to lose; a convolution is built on them. \(Self.intervalNote)",
        ]
        let rows = names.indices.map { network in
            [
                names[network], Self.percent(results.statistics(network, of: \.accuracy)),
                Self.percent(results.statistics(network, .permuted, of: \.accuracy)), Self.points(losses[network]),
            ]
        }
        let table = PageTable(
            header: ["network", "pixels in place", "pixels permuted", "difference (points)"],
            rows: rows
        )
        return Page.Section(
            id: "spatial-prior",
            title: "Flattening throws the spatial prior away",
            reading: reading,
            content: [
                try pictures(permutationSeed: options.permutationSeed), table.html(), permutedByEpoch().figure(),
                sources([.baseline, .permuted]),
            ]
        )
    }

    /// Whether the first network's change is within noise and the second's is a loss beyond it.
    private func losesOnlyWithConvolutions(_ losses: [SampleStatistics?]) -> Bool? {
        guard let dense = losses[0], let convolutional = losses[1], let denseWidth = dense.confidenceHalfWidth(),
            let convolutionalWidth = convolutional.confidenceHalfWidth()
        else { return nil }
        return abs(dense.mean) <= denseWidth && convolutional.mean < -convolutionalWidth
    }

    private func permutedByEpoch() -> Plot {
        let series = names.indices.flatMap { network in
            [
                Plot.Series(names[network], style: network, points: points(byEpochOf: network, .baseline)),
                Plot.Series(
                    names[network] + ", permuted",
                    style: network,
                    isVariant: true,
                    points: points(byEpochOf: network, .permuted)
                ),
            ]
        }
        return Plot(
            title: "Test accuracy after each epoch, with the pixels in place and permuted",
            x: Plot.Axis("epoch"),
            y: Plot.Axis("test accuracy (%)", format: .fixed(1)),
            series: series
        )
    }

    /// The first test images, as they are and permuted.
    private func pictures(permutationSeed: Int) throws -> Markup {
        let dataset = try results.plan.configuration(ofNetwork: 0).dataset.load()
        let permuted = dataset.permutingPixels(seed: UInt64(permutationSeed))
        var figures: [Markup] = []
        for sample in 0..<min(2, dataset.test.count) {
            let label = dataset.classNames[Int(dataset.test.labels[sample])]
            for (dataset, words) in [(dataset, "as it is"), (permuted, "permuted")] {
                let picture = PixelImage(testImage: sample, of: dataset)
                let image = Markup.element(
                    "img",
                    [
                        "src": try picture.enlarged(by: max(1, 128 / picture.width)).dataURL(),
                        "alt": "test image \(sample), \(label), \(words)",
                    ]
                )
                figures.append(.element("figure", [:], [image, .element("figcaption", [:], "\(label), \(words)")]))
            }
        }
        return .element("div", ["class": "pictures"], figures)
    }
}

extension PixelImage {
    /// A test image as networks see it before normalization.
    init(testImage sample: Int, of dataset: ImageDataset) {
        let shape = dataset.shape
        let stored = dataset.test.pixels[sample * shape.count..<(sample + 1) * shape.count]
        var pixels = [UInt8](repeating: 0, count: shape.count)
        for (index, value) in stored.enumerated() {
            let (channel, position) = (index / shape.planeCount, index % shape.planeCount)
            let target = dataset.pixelPermutation.map { Int($0[position]) } ?? position
            pixels[target * shape.channels + channel] = UInt8(Int(value) * 255 / Int(dataset.maximumPixelValue))
        }
        self.init(width: shape.width, height: shape.height, channels: shape.channels, pixels: pixels)
    }
}
