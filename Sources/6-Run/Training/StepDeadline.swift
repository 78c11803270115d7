/// How long a rank waits for the others: as configured, and longer where steps take long.
package struct StepDeadline {
    /// A rank is given up for lost after so many steps' time.
    package static let stepCount = 20.0
    private static let rememberedCount = 31

    private let minimumSeconds: Double
    private var stepSeconds: [Double] = []
    private var next = 0

    /// - Parameter minimumSeconds: `parallel.timeoutSeconds`.
    package init(minimumSeconds: Double) {
        self.minimumSeconds = minimumSeconds
    }

    /// Takes in a step's time.
    package mutating func add(_ seconds: Double) {
        if stepSeconds.count < Self.rememberedCount {
            stepSeconds.append(seconds)
        } else {
            stepSeconds[next] = seconds
            next = (next + 1) % Self.rememberedCount
        }
    }

    /// The deadline: `stepCount` times the median of the last steps, `minimumSeconds` at least.
    package var timeout: Duration {
        let median = stepSeconds.isEmpty ? 0 : stepSeconds.sorted()[stepSeconds.count / 2]
        return .seconds(max(minimumSeconds, Self.stepCount * median))
    }
}
