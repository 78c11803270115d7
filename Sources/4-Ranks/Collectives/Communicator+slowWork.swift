import Foundation

// Note [Slow work]: a rank that is busy with a disk or a network can't take part in a collective, and the others would
// think it dead at their deadline. So such work runs on a separate thread, while the main threads, which alone may call
// MPI, meet in a small collective several times per deadline until all of them have finished. A rank that died is still
// noticed, because it is missing there. The work itself may take any time.
extension Communicator {
    /// Runs work that may take longer than `timeout`, such as reading a large file, on every rank.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameter work: The work of this rank, on a separate thread if there are other ranks; it must not communicate.
    ///   After an error it may outlive this call, as the process then ends.
    /// - Returns: The result of `work`, once all ranks have finished.
    /// - Throws: What `work` throws, immediately; `CollectiveError`.
    package func keepingInTouch<Value>(_ work: @escaping () throws -> Value) throws -> Value {
        guard worldSize > 1 else { return try work() }
        let task = SlowWork(work)
        while try !keepInTouch(isDone: task.isDone(within: beatSeconds)) {}
        return try task.result()
    }

    /// Runs work that may take longer than `timeout` on one rank, while the others wait.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - root: The rank that does the work.
    ///   - work: The work, on a separate thread if there are other ranks; it must not communicate. After an error it
    ///     may outlive this call, as the process then ends.
    /// - Returns: The result of `work` on the root, nil on the others.
    /// - Throws: What `work` throws, on the root and immediately; `CollectiveError`.
    package func keepingInTouch<Value>(onRank root: Int, _ work: @escaping () throws -> Value) throws -> Value? {
        if rank == root { return try keepingInTouch(work) }
        while try !keepInTouch(isDone: true) {}
        return nil
    }

    private func keepInTouch(isDone: Bool) throws -> Bool { try allGather(isDone).allSatisfy { $0 } }

    private var beatSeconds: Double { min(timeout / .seconds(4), 1) }
}

/// Work on a separate thread.
private final class SlowWork<Value>: @unchecked Sendable {
    private let done = DispatchSemaphore(value: 0)
    /// Written before `done` is signalled, read afterwards.
    private var outcome: Result<Value, any Error>?

    init(_ work: @escaping () throws -> Value) {
        // The caller only waits in the meantime.
        nonisolated(unsafe) let work = work
        let thread = Thread { [self] in
            outcome = Result { try work() }
            done.signal()
        }
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// Waits for the end of the work, at most for the given time.
    ///
    /// - Throws: What the work threw.
    func isDone(within seconds: Double) throws -> Bool {
        guard done.wait(timeout: .now() + seconds) == .success else { return false }
        // Keeps later calls from waiting.
        done.signal()
        _ = try result()
        return true
    }

    func result() throws -> Value {
        guard let outcome else { preconditionFailure("SlowWork: asked for its result before its end") }
        return try outcome.get()
    }
}
