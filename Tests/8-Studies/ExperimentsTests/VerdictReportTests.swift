import ConfigurationFiles
import Experiments
import Foundation
import Metrics
import Reports
import RunSupport
import TestSupport
import Testing
import Trials

/// The page for numbers that fit the claims, and for numbers that don't.
@Suite(.timeLimit(.minutes(10))) struct VerdictReportTests {
    /// The page for runs with made-up accuracies; a run without one has no folder.
    private func page(
        networks: String = "{MLP: digits-mlp.yaml, CNN: digits-cnn.yaml}",
        overrides: String = "{}",
        seeds: [Int] = [0, 1, 2],
        parameters: (Int, Int) = (17_000, 34_000),
        experiments: String = "{accuracy: {}, spatialPrior: {}, dataHunger: {percentages: [50, 100]}}",
        measuredWeights: String = "weights",
        isQuick: Bool = false,
        translation: (ExperimentPlan.Role) -> String? = { _ in nil },
        accuracy: (ExperimentPlan.Role) -> Double?
    ) throws -> Page {
        try withTemporaryFolder { folder in
            let yaml = """
                networks: \(networks)
                set: \(overrides)
                seeds: \(seeds)
                directory: \(folder)
                experiments: \(experiments)
                quick: {set: {dataset.limit: 100}, directory: \(folder)}
                """
            let plan = try ExperimentPlan(ExperimentFile(OptionReader(yaml: yaml), isQuick: isQuick))
            for (role, trial) in plan.trials {
                guard let accuracy = accuracy(role) else { continue }
                let path = TrialFolder(of: trial, in: folder).path
                try Self.write(path, trial: trial, role: role, accuracy: accuracy)
                let moved = translation(role).map { #", "translation": \#($0)"# } ?? ""
                let measured =
                    #"{"weights_sha256": "\#(measuredWeights)", "training_accuracy": \#(accuracy + 0.125)\#(moved)}"#
                try measured.write(toFile: path + "/measured.json", atomically: true, encoding: .utf8)
            }
            let costs = [parameters.0, parameters.1].map {
                VerdictReport.NetworkCost(parameterCount: $0, forwardFLOPs: 1)
            }
            let results = ExperimentResults(plan)
            return try VerdictReport(results: results, costs: costs, gallery: nil, folder: folder).page()
        }
    }

    private static func write(
        _ path: String,
        trial: Trial,
        role: ExperimentPlan.Role,
        accuracy: Double
    ) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let summary = RunSummary.sample(
            configName: "digits",
            seed: role.seed,
            epochs: trial.epochs,
            testAccuracy: accuracy,
            weightsSha256: "weights"
        )
        try summary.write(path: path + "/summary.json")
        let log = try MetricsLog(path: path + "/metrics.jsonl", resumingAtStep: nil)
        // The mean over the last epoch's steps, which is not what the final weights come to.
        try log.append(.epoch(.sample(epoch: trial.epochs, trainAccuracy: 0.25, testAccuracy: accuracy)))
    }

    /// Accuracies near the given means, with a small difference for each seed.
    private func near(_ dense: Double, _ convolutional: Double, permuted: Double = 0) -> (ExperimentPlan.Role) ->
        Double?
    {
        { role in
            let mean = role.network == 0 ? dense : convolutional
            let loss = role.network == 1 && role.variant == .permuted ? permuted : 0
            let noise = 0.002 * Double((role.seed * 7 + role.network * 3 + (role.variant == .permuted ? 5 : 0)) % 3 - 1)
            return mean - loss + noise
        }
    }

    private func finding(_ id: String, _ page: Page) -> Page.Section.Finding? {
        page.sections.first { $0.id == id }?.finding
    }

    @Test func theQuickVersionSaysSoAndHowItsNetworksWereTrained() throws {
        let whole = try page(accuracy: near(0.5, 0.7))
        #expect(!whole.title.contains("quick") && !whole.conditions.contains { $0.contains("--quick") })
        #expect(
            whole.conditions.contains {
                $0.contains(
                    "digits: 1,437 training images, 30 epochs, batch 32, adam, learning rate 0.002, cosine schedule"
                )
                    && $0.hasSuffix("seeds 0, 1, 2.")
            },
            "\(whole.conditions)"
        )
        #expect(whole.html().contains("share of the 1,437 training images (%)"))
        let quick = try page(isQuick: true, accuracy: near(0.5, 0.7))
        #expect(quick.title.hasSuffix(" (quick version)"))
        #expect(quick.conditions.first?.hasPrefix("The quick version") == true)
        #expect(quick.conditions.contains { $0.contains("digits: 100 of 1,437 training images") })
        #expect(quick.html().contains("share of the 100 training images (%)"))
        #expect(quick.html().contains("This page was made on \(quick.date)."))
    }

    /// The MLP loses 0.1 a pixel.
    ///
    /// What the badge says is what the plot shows, at each move.
    @Test(arguments: [([0.02, 0.05], Page.Section.Finding.holds), ([0.02, 0.25], .fails)])
    func invarianceIsJudgedByThePlottedAccuracies(losses: [Double], finding: Page.Section.Finding) throws {
        let experiments = "{accuracy: {}, translation: {shiftPixels: [0, 1, 2]}}"
        let page = try page(
            experiments: experiments,
            translation: { role in
                let accuracies = [0.7] + (role.network == 0 ? [0.6, 0.5] : losses.map { 0.7 - $0 })
                let shifts = accuracies.enumerated().map { shift, accuracy in
                    #"{"shift_pixels": \#(shift), "test_accuracy": \#(accuracy + 0.001 * Double(role.seed * role.network))}"#
                }
                let layers = [
                    #"{"layer": "0", "kind": "conv2d", "stride": 1, "shift_pixels": 1, "error": 0.0}"#,
                    #"{"layer": "1", "kind": "maxPool2d", "stride": 2, "shift_pixels": 1, "error": 0.3}"#,
                    #"{"layer": "2", "kind": "flatten", "stride": 2, "shift_pixels": 1, "error": 0.3}"#,
                    #"{"layer": "3", "kind": "linear", "shift_pixels": 1, "error": 0.5}"#,
                ]
                let list = (shifts.joined(separator: ","), layers.joined(separator: ","))
                return #"{"shifts": [\#(list.0)], "layers": [\#(list.1)]}"#
            },
            accuracy: near(0.7, 0.7)
        )
        #expect(self.finding("translation", page) == finding)
        #expect(page.html().contains("Moved by 2 it loses as many as the MLP, or more.") == (finding == .fails))
        // Layers with an image have a stride, the others a table of their own.
        let tables = page.html().components(separatedBy: "<table>")
        let images = try #require(tables.first { $0.contains("stride (pixels)") })
        #expect(images.contains("CNN 0 conv2d") && !images.contains("linear"))
        #expect(!page.html().contains("2 flatten"), "it computes nothing, and has no image")
        #expect(tables.contains { $0.contains("CNN 3 linear") && $0.contains("change, image moved by 1") })
    }

    @Test func aBetterAndSmallerCNNConfirmsTheClaim() throws {
        let page = try page(parameters: (60_000, 10_000), accuracy: near(0.5, 0.7, permuted: 0.2))
        #expect(
            page.summary.hasPrefix("The CNN is the better one, with 6.0 times fewer parameters: it recognizes 70.0")
        )
        #expect(finding("accuracy", page) == .holds)
        #expect(finding("spatial-prior", page) == .holds)
        #expect(page.problems.isEmpty)
    }

    @Test func theGeneralizationGapIsOfTheFinalWeights() throws {
        let html = try page(accuracy: near(0.5, 0.7)).html()
        #expect(html.contains("<td>+12.5 ± 0.0</td>"))
    }

    @Test func measurementsOfOtherWeightsAreIgnored() throws {
        let page = try page(measuredWeights: "others", accuracy: near(0.5, 0.7))
        #expect(page.problems.count == 6)
        #expect(page.problems.allSatisfy { $0.hasSuffix("measured.json: missing, broken, or of other weights") })
        #expect(!page.html().contains("<td>+12.5"))
    }

    @Test func aLargerCNNIsSaidToBeLarger() throws {
        let page = try page(accuracy: near(0.5, 0.7))
        #expect(page.summary.hasPrefix("The CNN is the better one, with 2.0 times as many parameters: "))
        #expect(finding("accuracy", page) == .fails)
        #expect(page.html().contains("It is better, but not with fewer parameters."))
    }

    @Test func aBetterMLPIsNamed() throws {
        let page = try page(accuracy: near(0.7, 0.5))
        #expect(
            page.summary.hasPrefix("The MLP is the better one, with 2.0 times fewer parameters: it recognizes 70.0")
        )
        #expect(finding("accuracy", page) == .fails)
        #expect(page.html().contains("It neither is better beyond noise nor has fewer parameters."))
        #expect(page.html().contains("With no share of them does it do as well as the MLP with 100 %."))
    }

    @Test func aDifferenceWithinNoiseIsNoVictory() throws {
        let page = try page(parameters: (60_000, 10_000)) { role in
            // With permuted pixels, the CNN loses a point on average, and wins with one seed.
            let permuted = role.variant == .permuted ? [-0.03, 0.02, -0.02][role.seed] : 0
            return role.network == 0 ? 0.6 : 0.6 + [0.02, -0.03, 0.02][role.seed] + permuted
        }
        #expect(
            page.summary.hasPrefix("Neither network is better beyond noise, and the CNN has 6.0 times fewer parameters")
        )
        #expect(finding("accuracy", page) == .fails)
        #expect(finding("spatial-prior", page) == .fails)
    }

    @Test func oneSeedDecidesNothing() throws {
        let page = try page(seeds: [0], accuracy: near(0.5, 0.7, permuted: 0.2))
        #expect(page.summary.hasPrefix("On too few runs to tell noise from more, the CNN is ahead"))
        #expect(finding("accuracy", page) == .open)
        #expect(finding("spatial-prior", page) == .open)
    }

    @Test func missingRunsAreNamedAndNotFilledIn() throws {
        let page = try page { $0.network == 0 && $0.variant != .permuted ? 0.5 : nil }
        #expect(page.summary == "There is no verdict yet: runs of both networks are needed.")
        #expect(page.problems.count == 12)
        #expect(page.problems.contains { $0.contains("cnn-seed0: expected a run's folder, found none") })
        #expect(finding("spatial-prior", page) == .open)
        #expect(page.html().contains("there are no runs of the CNN to compare"))
    }

    @Test func withoutTheDataThePageLacksOnlyItsPictures() throws {
        let page = try page(
            networks: "{MLP: mlp.yaml, CNN: cnn.yaml}",
            overrides: "{dataset.root: /nonexistent}",
            accuracy: near(0.5, 0.7, permuted: 0.2)
        )
        #expect(page.html().contains("There are no pictures of the images: /nonexistent/"))
        #expect(finding("spatial-prior", page) == .holds)
    }

    /// The numbers of parameters in tutorials, and the memory for them.
    @Test(
        arguments: [
            "33,280", "1,573,376", "77,070,848", "12,582,976", "1,792", "201,326,592", "896", "401,920",
            "1,000,000,000", "4.0 GB", "4.0 TB", "12.0 TB", "16.0 TB",
        ]
    )
    func thePageHasTheTextbooksNumbers(number: String) throws {
        let page = try page(experiments: "{parameterGrowth: {}}") { _ in nil }
        #expect(page.html().contains(number))
        #expect(finding("parameter-growth", page) == .holds)
    }
}
