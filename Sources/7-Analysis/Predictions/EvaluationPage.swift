import Formatting
import Foundation
package import Reports
import Statistics

/// The results of an evaluation as a page: `evaluate --html`.
package struct EvaluationPage {
    /// With more classes, the matrix is replaced by a list of the most frequent mistakes.
    private static let matrixClassLimit = 30
    private static let confusionLimit = 30
    /// With more classes, only the least recognized are shown.
    private static let classLimit = 40

    static let mistakeLimit = 24

    let answers: TestAnswers
    let name: String
    let conditions: [String]
    let mistakes: [Markup]
    let evidenceMethod: String

    /// - Parameters:
    ///   - answers: The answers to the test images, without shift.
    ///   - name: The checkpoint, as the user gave it.
    ///   - conditions: How the network was trained; by default unknown.
    ///   - mistakes: The most confident mistakes as figures; none if the samples aren't pictures.
    ///   - evidenceMethod: The method that finds what speaks for a class.
    package init(
        _ answers: TestAnswers,
        name: String,
        conditions: [String] = [],
        mistakes: [Markup],
        evidenceMethod: String
    ) {
        self.answers = answers
        self.name = name
        self.conditions = conditions
        self.mistakes = mistakes
        self.evidenceMethod = evidenceMethod
    }

    /// Writes the page, completely or not at all.
    ///
    /// - Parameter path: The file, which is replaced if it exists.
    /// - Throws: `PredictionsError.unwritable`.
    package func write(to path: String) throws(PredictionsError) {
        try PredictionsError.write(Data(html().utf8), to: path)
    }

    /// The whole file.
    package func html() -> String {
        let confusion = answers.confusion
        return Page(
            title: "What \(name) recognizes, and what not",
            summary: summary(confusion),
            conditions: conditions,
            highlights: highlights(confusion),
            problems: [],
            sections: [
                confusionSection(confusion), classSection(confusion), mistakeSection, calibrationSection,
            ]
        ).html()
    }

    private func summary(_ confusion: ConfusionMatrix) -> String {
        let images = Format.grouped(answers.images.count)
        let interval = answers.correct.interval.map { " (95 % interval \(Self.text($0)))" } ?? ""
        let first = "\(Self.percent(answers.accuracy)) of the \(images) test images are recognized\(interval)."
        guard let worst = confusion.mostFrequent(1).first else { return first }
        return first + " The most frequent mistake is \(answers.classNames[worst.label]) taken for "
            + "\(answers.classNames[worst.answer]): \(Format.count(worst.count, "image"))."
    }

    private func highlights(_ confusion: ConfusionMatrix) -> [Page.Highlight] {
        let calibration = answers.calibration
        let weakest = answers.classNames.indices.filter { confusion.recognized($0).total > 0 }
            .min { (confusion.recognized($0).share ?? 2) < (confusion.recognized($1).share ?? 2) }
        let weakestHighlight = weakest.map { label in
            Page.Highlight(
                label: "Weakest class: \(answers.classNames[label])",
                value: Self.percent(confusion.recognized(label).share ?? 0),
                notes: [Self.fraction(confusion.recognized(label)) + " recognized"],
                style: 0
            )
        }
        return [
            Page.Highlight(
                label: "Test accuracy",
                value: Self.percent(answers.accuracy),
                notes: [Self.fraction(answers.correct) + " images"],
                style: 1
            ),
            Page.Highlight(
                label: "Test loss",
                value: Format.fixed(answers.meanLoss, digits: 4),
                notes: ["mean cross-entropy in nats"],
                style: 1
            ),
            weakestHighlight,
            Page.Highlight(
                label: "Calibration error",
                value: Self.percent(calibration.expectedError),
                notes: [Self.sureness(calibration.overconfidence)],
                style: 2
            ),
        ].compactMap { $0 }
    }

    private static func sureness(_ overconfidence: Double) -> String {
        let points = Format.fixed(100 * abs(overconfidence), digits: 1)
        return "on average \(points) points too \(overconfidence >= 0 ? "sure" : "unsure")"
    }

    private func confusionSection(_ confusion: ConfusionMatrix) -> Page.Section {
        let names = answers.classNames
        guard names.count <= Self.matrixClassLimit else {
            let rows = confusion.mostFrequent(Self.confusionLimit).map {
                [names[$0.label], names[$0.answer], Format.grouped($0.count)]
            }
            return Page.Section(
                id: "confusion",
                title: "What is taken for what",
                reading: ["The most frequent mistakes among \(Format.grouped(names.count)) classes."],
                content: [PageTable(header: ["shown", "taken for", "images"], rows: rows).html()]
            )
        }
        return Page.Section(
            id: "confusion",
            title: "What is taken for what",
            reading: [
                "A row holds the images that show a class, a column those that are taken for one: on the diagonal is "
                    + "what is recognized. Shades tell a cell's share of its row (its square root, so that rare mistakes show)."
            ],
            content: [ShadedMatrix(names: names, rows: names.indices.map(confusion.row)).html()]
        )
    }

    private func classSection(_ confusion: ConfusionMatrix) -> Page.Section {
        let labels = answers.weakestClasses(confusion, count: Self.classLimit)
        let isCut = labels.count < answers.classNames.count
        func plot(_ title: String, _ label: String, _ value: (Int) -> Proportion, reference: Double?) -> Markup {
            let rows = labels.map { label in
                let proportion = value(label)
                return IntervalPlot.Row(
                    answers.classNames[label],
                    value: proportion.share.map { 100 * $0 },
                    interval: proportion.interval.map { 100 * $0.lowerBound...100 * $0.upperBound },
                    note: Format.grouped(proportion.total)
                )
            }
            return IntervalPlot(title: title, label: label, rows: rows, reference: reference).figure()
        }
        return Page.Section(
            id: "classes",
            title: "Accuracy by class",
            reading: [
                "Bars are 95 % confidence intervals (Wilson): where two of them lie apart, the classes differ by more "
                    + "than the choice of test images explains. The upright line is the accuracy over all images."
                    + (isCut ? " Shown are the \(labels.count) least recognized of \(answers.classNames.count)." : "")
            ],
            content: [
                .row([
                    plot(
                        "Of the images that show a class, how many are recognized",
                        "accuracy",
                        confusion.recognized,
                        reference: 100 * answers.accuracy
                    ),
                    plot(
                        "Of the images that are taken for a class, how many show it",
                        "precision",
                        confusion.precision,
                        reference: nil
                    ),
                ])
            ]
        )
    }

    private var mistakeSection: Page.Section {
        let surest = answers.surestMistakes(Self.mistakeLimit)
        guard !surest.isEmpty else {
            return Page.Section(
                id: "mistakes",
                title: "The surest mistakes",
                reading: ["There are none: every image is recognized."],
                content: []
            )
        }
        let rows = surest.map { mistake in
            [
                "\(mistake.index)", answers.classNames[mistake.label], answers.classNames[mistake.answer],
                Self.percent(Double(mistake.probability)),
            ]
        }
        let table = PageTable(header: ["test image", "shown", "taken for", "probability"], rows: rows)
        let pictures =
            "From left to right: the image, what in it speaks for the answer, and what for the class that it shows "
            + "(\(evidenceMethod)). "
        return Page.Section(
            id: "mistakes",
            title: "The surest mistakes",
            reading: [
                "The wrong answers with the highest probabilities. " + (mistakes.isEmpty ? "" : pictures)
                    + "Images with a wrong label show up here first."
            ],
            content: mistakes.isEmpty ? [table.html()] : [.pictures(mistakes), table.folded("As a table")]
        )
    }

    private var calibrationSection: Page.Section {
        let calibration = answers.calibration
        let points = calibration.bins.compactMap { bin -> Plot.Point? in
            guard let share = bin.correct.share, let probability = bin.meanProbability else { return nil }
            return Plot.Point(x: 100 * probability, y: 100 * share)
        }
        let reliability = Plot(
            title: "Reliability: above the diagonal the network is too unsure, below it too sure",
            x: Plot.Axis("mean probability of the answers (%)", format: .fixed(1), startsAtZero: true),
            y: Plot.Axis("of them right (%)", format: .fixed(1), startsAtZero: true),
            series: [
                Plot.Series("calibrated", style: 2, points: [Plot.Point(x: 0, y: 0), Plot.Point(x: 100, y: 100)]),
                Plot.Series("this network", style: 1, points: points),
            ]
        )
        let rows = calibration.bins.filter { $0.correct.total > 0 }.map { bin in
            [
                "\(Self.percent(bin.range.lowerBound)) to \(Self.percent(bin.range.upperBound))",
                Format.grouped(bin.correct.total), Self.percent(bin.meanProbability ?? 0),
                Self.percent(bin.correct.share ?? 0), bin.correct.interval.map(Self.text) ?? "-",
            ]
        }
        return Page.Section(
            id: "calibration",
            title: "Are its probabilities what they say?",
            reading: [
                "Answers are put into \(Calibration.binCount) bins by their probability. The expected calibration error "
                    + "is the distance of the points from the diagonal, weighted by their answers: "
                    + "\(Self.percent(calibration.expectedError))."
            ],
            content: [
                .row([
                    reliability.figure(),
                    PageTable(header: ["probability", "answers", "mean", "right", "95 % interval"], rows: rows).html(),
                ])
            ]
        )
    }

    private static func fraction(_ proportion: Proportion) -> String {
        "\(Format.grouped(proportion.count)) of \(Format.grouped(proportion.total))"
    }

    private static func percent(_ share: Double) -> String { "\(Format.fixed(100 * share, digits: 1)) %" }

    private static func text(_ interval: ClosedRange<Double>) -> String {
        "\(Format.fixed(100 * interval.lowerBound, digits: 1)) to \(Format.fixed(100 * interval.upperBound, digits: 1)) %"
    }
}
