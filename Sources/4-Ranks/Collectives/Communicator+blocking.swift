extension Communicator {
    /// Waits for a started collective.
    ///
    /// - Parameter pending: What a start gave.
    /// - Throws: `CollectiveError.timedOut` at the deadline.
    public func wait(for pending: inout PendingCollective) throws(CollectiveError) {
        try wait(for: pending.call) { () throws(CollectiveError) in try test(&pending) }
    }

    /// Waits until a condition holds that other ranks bring about.
    ///
    /// - Parameters:
    ///   - call: What is waited for, for the report.
    ///   - isComplete: Asked again and again.
    /// - Throws: `CollectiveError.timedOut` at the deadline, and what `isComplete` throws.
    private func wait(
        for call: CollectiveCall,
        until isComplete: () throws(CollectiveError) -> Bool
    ) throws(CollectiveError) {
        if try isComplete() { return }
        var pause = PollingPause()
        while try !isComplete() {
            pause.next()
            guard pause.isLong else { continue }
            let isAlarmed = try hearsAlarm()
            if isAlarmed || pause.elapsed > timeout {
                throw try timeoutError(waitingFor: call, elapsed: pause.elapsed)
            }
        }
    }

    /// Waits for what the other ranks of this machine write to the memory they share.
    ///
    /// - Parameter isComplete: Asked again and again.
    /// - Throws: `CollectiveError.timedOut` at the deadline.
    package func waitForSharedMemory(until isComplete: () -> Bool) throws(CollectiveError) {
        try wait(for: beginCall(.sharedMemorySum)) { () throws(CollectiveError) in isComplete() }
    }

    /// Ends a computation between collectives when another rank has reached its deadline.
    ///
    /// - Throws: `CollectiveError.timedOut`, so that this rank reports as well.
    public func answerAlarm() throws(CollectiveError) {
        if try hearsAlarm() { throw try timeoutError(waitingFor: status.lastCollective, elapsed: .zero) }
    }

    private func timeoutError(
        waitingFor call: CollectiveCall,
        elapsed: Duration
    ) throws(CollectiveError) -> CollectiveError {
        let statuses = try exchangeStatuses()
        return .timedOut(
            CollectiveTimeout(
                rank: rank,
                call: call,
                elapsedSeconds: elapsed / .seconds(1),
                hostNames: hostNames,
                statuses: statuses
            )
        )
    }

    /// Sends the root's bytes to all.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - buffer: What the root sends and the others receive; of one length on all ranks.
    ///   - root: The rank that sends.
    /// - Throws: `CollectiveError`.
    public func broadcast(_ buffer: UnsafeMutableRawBufferPointer, from root: Int) throws(CollectiveError) {
        var pending = try startBroadcast(buffer, from: root)
        try wait(for: &pending)
    }

    /// Gives everyone's bytes to everyone.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - local: This rank's bytes; as many on every rank.
    ///   - all: Receives all ranks' bytes in rank order, `worldSize` times as many.
    /// - Throws: `CollectiveError`.
    public func allGather(
        _ local: UnsafeRawBufferPointer,
        into all: UnsafeMutableRawBufferPointer
    ) throws(CollectiveError) {
        var pending = try startAllGather(local, into: all)
        try wait(for: &pending)
    }

    /// Waits until every rank has come here.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Throws: `CollectiveError`.
    public func barrier() throws(CollectiveError) {
        var pending = try startBarrier()
        try wait(for: &pending)
    }

    /// Gives everyone's value to everyone.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameter value: This rank's value, without references.
    /// - Returns: All ranks' values, by rank.
    /// - Throws: `CollectiveError`.
    public func allGather<Value: BitwiseCopyable>(_ value: Value) throws(CollectiveError) -> [Value] {
        try allGather([value])
    }

    /// Gives everyone's values to everyone.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameter values: This rank's values, without references; as many on every rank.
    /// - Returns: All ranks' values, one rank's after another's.
    /// - Throws: `CollectiveError`.
    public func allGather<Value: BitwiseCopyable>(_ values: [Value]) throws(CollectiveError) -> [Value] {
        guard let first = values.first else { return [] }
        let local = UnsafeMutableBufferPointer<Value>.allocate(capacity: values.count)
        let all = UnsafeMutableBufferPointer<Value>.allocate(capacity: worldSize * values.count)
        defer {
            local.deallocate()
            all.deallocate()
        }
        _ = local.initialize(from: values)
        all.initialize(repeating: first)
        try allGather(UnsafeRawBufferPointer(local), into: UnsafeMutableRawBufferPointer(all))
        return Array(all)
    }

    /// Gives one rank's bytes to all, whatever their number.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - bytes: What the root sends; ignored on the other ranks.
    ///   - root: The rank that sends.
    /// - Returns: The root's bytes, on every rank.
    /// - Throws: `CollectiveError`.
    public func broadcast(_ bytes: [UInt8], from root: Int) throws(CollectiveError) -> [UInt8] {
        let count = try allGather(bytes.count)[root]
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1), alignment: 1)
        defer { buffer.deallocate() }
        let message = UnsafeMutableRawBufferPointer(rebasing: buffer[0..<count])
        if rank == root { message.copyBytes(from: bytes) }
        try broadcast(message, from: root)
        return Array(message)
    }
}
