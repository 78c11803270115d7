/// The loss functions.
package enum LossName: String, CaseIterable, Sendable {
    /// Softmax cross-entropy over the logits.
    case crossEntropy
}

/// The section `loss`: the function that training minimizes.
package struct LossOptions: Sendable {
    /// The loss function; `crossEntropy` unless set.
    package let name: LossName
    /// The part of the target's probability that is spread evenly over all classes, in 0 ..< 1; 0 unless set (Szegedy
    /// et al., "Rethinking the Inception architecture", 2016, section 7).
    package let labelSmoothing: Double

    init(_ options: OptionReader) throws(ConfigurationError) {
        name = try options.choice("name", default: .crossEntropy, means: "softmax cross-entropy, in nats")
        labelSmoothing = try options.number(
            "labelSmoothing",
            default: 0,
            in: 0...1.0.nextDown,
            means: "part of the target's probability that is spread over all classes"
        )
        try options.finish()
    }
}
