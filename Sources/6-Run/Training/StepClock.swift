/// Measures a training step on this rank, from its creation on.
struct StepClock {
    /// The seconds until the rank's gradients were computed.
    private(set) var computeSeconds = 0.0
    /// The processor seconds of all its threads until then.
    private(set) var processorSeconds = 0.0
    /// The seconds of waiting for other ranks' gradients.
    private(set) var waitSeconds = 0.0
    private let stopwatch = Stopwatch()
    private let startProcessorSeconds = ProcessClock.cpuSeconds

    /// The seconds so far.
    var seconds: Double { stopwatch.seconds }

    /// Ends the part of the step that depends on this rank alone.
    mutating func markGradientsComputed() {
        computeSeconds = stopwatch.seconds
        processorSeconds = ProcessClock.cpuSeconds - startProcessorSeconds
    }

    /// Measures the wait for other ranks.
    mutating func wait<Value, Failure: Error>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
        let start = stopwatch.seconds
        defer { waitSeconds = stopwatch.seconds - start }
        return try body()
    }
}
