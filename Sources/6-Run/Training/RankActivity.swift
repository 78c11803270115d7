package import Collectives
package import Tracing

/// What this rank is doing at the moment, for the other ranks, the launcher, the trace and the run's times.
package struct RankActivity {
    private let communicator: any Communicator
    private let recorder: SpanRecorder?
    private let times: PhaseTimes

    /// - Parameters:
    ///   - communicator: Publishes the phase to the other ranks and the launcher.
    ///   - recorder: The recorder of the first thread; nil when tracing is off.
    ///   - times: The times of the first thread.
    package init(_ communicator: any Communicator, recorder: SpanRecorder?, times: PhaseTimes) {
        self.communicator = communicator
        self.recorder = recorder
        self.times = times
    }

    /// Runs `body` on the rank's first thread, as a span in the trace and in `bench`, and as the phase in failure
    /// messages.
    ///
    /// - Parameters:
    ///   - phase: What `body` does.
    ///   - body: The work.
    /// - Returns: The result of `body`.
    /// - Throws: The error of `body`; the phase then stays set, for the message.
    package func during<Value, Failure: Error>(
        _ phase: Phase,
        _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let outer = communicator.status.phase
        communicator.status.phase = phase
        times.enter(phase)
        let value = try recorder.measure(phase, body)
        communicator.status.phase = outer
        times.enter(outer)
        return value
    }
}
