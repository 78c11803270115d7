package import Collectives
package import Tracing

/// What this rank is doing at the moment.
package struct RankActivity {
    private let communicator: any Communicator
    private let recorder: SpanRecorder?

    /// - Parameters:
    ///   - communicator: Tells the other ranks and the launcher.
    ///   - recorder: The first thread's; nil when tracing is off.
    package init(_ communicator: any Communicator, recorder: SpanRecorder?) {
        self.communicator = communicator
        self.recorder = recorder
    }

    /// Does something on the rank's first thread: the trace and `bench` have it as a span, and a failure names it.
    ///
    /// - Parameters:
    ///   - phase: What `body` does.
    ///   - body: What to do.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws; the phase is left as it is then, for the message.
    package func during<Value, Failure: Error>(
        _ phase: Phase,
        _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let outer = communicator.status.phase
        communicator.status.phase = phase
        let value = try recorder.measure(phase, body)
        communicator.status.phase = outer
        return value
    }
}
