/// The section `evaluation`: when, and on what, the network is evaluated during training.
package struct EvaluationOptions: Sendable {
    /// The samples for evaluation.
    package enum Samples: String, CaseIterable, Sendable {
        /// The test samples.
        case test
        /// The training samples that `dataset.validationFraction` sets apart, for choosing between networks or
        /// settings; the test samples then stay unused until the end.
        case validation
    }

    /// Test-time augmentation: the views of an image over which logits are averaged.
    package enum TestTimeAugmentation: String, CaseIterable, Sendable {
        /// The image only.
        case none
        /// The image and its mirror image.
        case mirror
        /// The image, its mirror image, and both translated by one pixel in two diagonal directions.
        case translate
    }

    /// The samples for evaluation; `test` unless set.
    package let samples: Samples
    /// Epochs between evaluations; the last epoch is always evaluated; 1 unless set.
    package let everyEpochs: Int
    /// The views of an image over which logits are averaged; by default the image only.
    package let testTimeAugmentation: TestTimeAugmentation

    init(_ options: OptionReader) throws(ConfigurationError) {
        samples = try options.choice(
            "on",
            default: .test,
            means: "samples for evaluation: test, or validation as set apart by dataset.validationFraction"
        )
        everyEpochs = try options.integer(
            "everyEpochs",
            default: 1,
            in: 1 ... .max,
            means: "epochs between evaluations; the last epoch always has one"
        )
        testTimeAugmentation = try options.choice(
            "testTimeAugmentation",
            default: TestTimeAugmentation.none,
            means: "average the logits over an image and its mirror image; translate: over shifts by a pixel, too"
        )
        try options.finish()
    }
}
