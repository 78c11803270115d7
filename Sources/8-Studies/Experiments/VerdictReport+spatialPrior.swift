import Assembly
import ConfigurationFiles
import Datasets
import Explanation
import Images
import Reports
import Statistics

extension VerdictReport {
    /// A fixed permutation of all images' pixels.
    func spatialPriorSection(_ options: ExperimentFile.SpatialPrior) -> Page.Section {
        let losses = permutationLosses
        let moves = names.indices.map { network in
            losses[network].map { "the \(names[network]) moves by \(Self.points($0)) points" }
                ?? "there are no runs of the \(names[network]) to compare"
        }
        let reading = [
            "The same permutation of the pixels in every image, in training and test: "
                + moves.joined(separator: ", ") + ".",
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
            finding: Page.Section.Finding(losesOnlyWithConvolutions(losses)),
            reading: reading,
            content: [
                .row([
                    Markup([pictures(permutationSeed: options.permutationSeed), table.html()]),
                    permutedByEpoch().figure(),
                ]),
                sources([.baseline, .permuted]),
            ]
        )
    }

    /// Whether the first network's change is within noise and the second one's is a loss beyond it.
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
            x: Plot.Axis("epoch", kind: .whole),
            y: Plot.Axis("test accuracy (%)", format: .fixed(1), limits: 0...100),
            series: series
        )
    }

    /// The first test images, in place and permuted; or why there are none, if the data set isn't available.
    private func pictures(permutationSeed: Int) -> Markup {
        do {
            return .pictures(try permutedImages(seed: permutationSeed))
        } catch {
            return .element("p", [:], "There are no pictures of the images: \(error)")
        }
    }

    private func permutedImages(seed: Int) throws -> [Markup] {
        let dataset = try results.plan.configuration(ofNetwork: 0).dataset.load()
        let permuted = dataset.permutingPixels(seed: UInt64(seed))
        let sources = [
            (try ImageSource(dataset: dataset), "as it is"), (try ImageSource(dataset: permuted), "permuted"),
        ]
        var figures: [Markup] = []
        let samples = results.plan.galleryImages.isEmpty ? [0, 1] : Array(results.plan.galleryImages.prefix(2))
        for sample in samples where sample < dataset.test.count {
            let label = dataset.classNames[Int(dataset.test.labels[sample])]
            for (source, words) in sources {
                let picture = source.photograph(sample, of: dataset.test)
                figures.append(
                    try picture.enlarged(by: max(1, 112 / picture.width))
                        .figure(caption: "test image \(sample), \(label), \(words)")
                )
            }
        }
        return figures
    }
}
