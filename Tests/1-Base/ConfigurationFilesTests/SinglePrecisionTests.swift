import ConfigurationFiles
import Testing

/// Numbers are used as `Float`: a valid `Double` may become 0, 1 or infinite there.
@Suite(.timeLimit(.minutes(10))) struct SinglePrecisionTests {
    @Test(arguments: [
        (
            "optimizer.beta2=0.99999999",
            "needs a number of at least 0 and below 1, found 0.99999999, which is 1 in single"
        ),
        ("optimizer.beta1=0.99999999", "found 0.99999999, which is 1 in single precision"),
        ("optimizer.epsilon=1e-50", "needs a number above 0, found 1e-50, which is 0 in single precision"),
        ("optimizer.epsilon=1e-40", "found 1e-40, which is 0 in single precision"),
        ("optimizer.learningRate=1e-60", "found 1e-60, which is 0 in single precision"),
        ("optimizer.learningRate=1e39", "found 1e39, which is infinite in single precision"),
        ("optimizer.weightDecay=1e200", "found 1e200, which is infinite in single precision"),
        ("optimizer.clipNorm=1e-300", "found 1e-300, which is 0 in single precision"),
        ("loss.labelSmoothing=0.999999999", "found 0.999999999, which is 1 in single precision"),
        ("dataset.mean=[1e300]", "found 1e300, which is infinite in single precision"),
        ("dataset.deviation=[1e-45]", "each a number above 0, found 1e-45, which is 0 in single precision"),
    ])
    func aNumberInvalidInSinglePrecisionIsRefused(override: String, message: String) throws {
        let error = try #require(throws: ConfigurationError.self) {
            try Configuration(yaml: "network: {layers: [relu]}", file: "a.yaml", overrides: [override])
        }
        #expect(error.description.contains(message), "\(error)")
    }

    @Test(arguments: [
        "optimizer.beta2=0.9999999", "optimizer.epsilon=1e-30", "optimizer.learningRate=0",
        "optimizer.learningRate=1e38",
        "schedule={name: cosine, finalFraction: 1}", "parallel.timeoutSeconds=0.1", "dataset.mean=[-1e30]",
    ])
    func aNumberValidInSinglePrecisionIsAccepted(override: String) throws {
        _ = try Configuration(yaml: "network: {layers: [relu]}", file: "a.yaml", overrides: [override])
    }
}
