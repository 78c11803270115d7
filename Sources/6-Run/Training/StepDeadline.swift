/// How long a rank waits for the others: the configured timeout, or longer if steps take long.
package struct StepDeadline {
    /// A rank is considered lost after the time of this many steps.
    package static let stepCount = 20.0
    private static let rememberedCount = 31

    private let minimumSeconds: Double
    private var stepSeconds: [Double] = []
    private var next = 0

    /// - Parameter minimumSeconds: `parallel.timeoutSeconds`.
    package init(minimumSeconds: Double) {
        self.minimumSeconds = minimumSeconds
    }

    /// Adds a step's duration.
    package mutating func add(_ seconds: Double) {
        if stepSeconds.count < Self.rememberedCount {
            stepSeconds.append(seconds)
        } else {
            stepSeconds[next] = seconds
            next = (next + 1) % Self.rememberedCount
        }
    }

    /// The timeout: `stepCount` times the median of the last steps, and at least `minimumSeconds`.
    package var timeout: Duration {
        let median = stepSeconds.isEmpty ? 0 : stepSeconds.sorted()[stepSeconds.count / 2]
        return .seconds(max(minimumSeconds, Self.stepCount * median))
    }
}
