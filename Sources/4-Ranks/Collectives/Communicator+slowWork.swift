import Foundation

// Note [Slow work]: a rank that is busy with a disk or a network can't answer inside a collective, and the others would
// take it for dead at their deadline. So such work runs on a thread of its own, and the rank's main thread, which alone
// may talk to MPI, meets the others in a tiny collective several times a deadline until the work of all is done. A rank
// that died is noticed as ever: it no longer comes. How long the work takes doesn't matter.
extension Communicator {
    /// Runs work that may take longer than `timeout`, such as reading a large file, on every rank.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameter work: What this rank does, on a thread of its own where there are others; it must not communicate.
    ///   After an error it may outlive this call, as the process then ends.
    /// - Returns: What `work` gave, once it is done on all ranks.
    /// - Throws: What `work` throws, at once; `CollectiveError`.
    package func keepingInTouch<Value>(_ work: @escaping () throws -> Value) throws -> Value {
        guard worldSize > 1 else { return try work() }
        let task = SlowWork(work)
        while try !keepInTouch(isDone: task.isDone(within: beatSeconds)) {}
        return try task.result()
    }

    /// Runs work that may take longer than `timeout` on one rank, while the others wait for it.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - root: The rank that works.
    ///   - work: What it does, on a thread of its own where there are others; it must not communicate. After an error
    ///     it may outlive this call, as the process then ends.
    /// - Returns: What `work` gave on the root, nil on the others.
    /// - Throws: What `work` throws, on the root and at once; `CollectiveError`.
    package func keepingInTouch<Value>(onRank root: Int, _ work: @escaping () throws -> Value) throws -> Value? {
        if rank == root { return try keepingInTouch(work) }
        while try !keepInTouch(isDone: true) {}
        return nil
    }

    private func keepInTouch(isDone: Bool) throws -> Bool { try allGather(isDone).allSatisfy { $0 } }

    private var beatSeconds: Double { min(timeout / .seconds(4), 1) }
}

/// Work on a thread of its own.
private final class SlowWork<Value>: @unchecked Sendable {
    private let done = DispatchSemaphore(value: 0)
    /// Written before `done` is signalled, read afterwards.
    private var outcome: Result<Value, any Error>?

    init(_ work: @escaping () throws -> Value) {
        // The caller does nothing but wait meanwhile.
        nonisolated(unsafe) let work = work
        let thread = Thread { [self] in
            outcome = Result { try work() }
            done.signal()
        }
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// Waits for the end of the work, for so long at most.
    ///
    /// - Throws: What the work threw.
    func isDone(within seconds: Double) throws -> Bool {
        guard done.wait(timeout: .now() + seconds) == .success else { return false }
        // For the next call.
        done.signal()
        _ = try result()
        return true
    }

    func result() throws -> Value {
        guard let outcome else { preconditionFailure("SlowWork: asked for its result before its end") }
        return try outcome.get()
    }
}
