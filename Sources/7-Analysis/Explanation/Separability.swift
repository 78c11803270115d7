import Datasets
import Formatting
import Metrics
import Reports

/// How well networks separate the classes: linear probes on raw pixels and on the inputs of the last layer, and plots
/// of both along their principal components.
struct Separability {
    let section: GallerySection
    /// The results for the terminal.
    let lines: [String]

    /// Trains the probes on training images and tests them on test images.
    init(subjects: [Subject], surveys: [Survey]) {
        let (source, count) = (subjects[0].source, NetworkExplanation.surveyCount)
        let classNames = source.dataset.classNames
        let pixels = source.pixels(of: source.dataset.training, count: count)
        let testPixels = source.pixels(of: source.dataset.test, count: count)
        var results = [
            (
                name: "raw pixels",
                size: pixels.columns,
                accuracy: LinearProbe(trainedOn: pixels, classCount: classNames.count).accuracy(on: testPixels)
            )
        ]
        var plots = [
            Self.plot("Test images by their raw pixels", testPixels.prefix(NetworkExplanation.plotCount), classNames)
        ]
        for (subject, survey) in zip(subjects, surveys) {
            let training = survey.representation
            let test = subject.network.survey(
                subject.source.dataset.test,
                count: count,
                source: subject.source,
                patchCount: 0
            ).representation
            let probe = LinearProbe(trainedOn: training, classCount: classNames.count)
            results.append(
                (name: "representation of \(subject.name)", size: training.columns, accuracy: probe.accuracy(on: test))
            )
            let title = "Test images by what the last layer of \(subject.name) gets"
            plots.append(Self.plot(title, test.prefix(NetworkExplanation.plotCount), classNames))
        }
        lines = results.map { "linear probe on \($0.name): \(Format.percent($0.accuracy)) of the test images" }
        let rows = results.map { [$0.name, Format.grouped($0.size), Format.percent($0.accuracy)] }
        section = GallerySection(
            title: "How far apart the classes are",
            text:
                "A linear classifier, trained in the same way on raw pixels and on what the network's last layer gets "
                + "(\(Format.grouped(pixels.rows)) training images, tested on "
                + "\(Format.grouped(testPixels.rows)) test images), and test images along "
                + "the two directions in which they vary most.",
            content: [
                PageTable(header: ["linear probe on", "numbers an image", "test accuracy"], rows: rows).html(),
                .pictures(plots),
            ]
        )
    }

    private static func plot(_ title: String, _ features: FeatureMatrix, _ classNames: [String]) -> Markup {
        ScatterPlot(
            title: title,
            features: features,
            components: PrincipalComponents(of: features, count: 2),
            classNames: classNames
        ).figure()
    }
}
