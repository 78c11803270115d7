extension Communicator {
    /// Waits for a started collective.
    ///
    /// - Parameter pending: A collective that was started.
    /// - Throws: `CollectiveError.timedOut` at the deadline.
    package func wait(for pending: inout PendingCollective) throws(CollectiveError) {
        try wait(for: pending.call) { () throws(CollectiveError) in try test(&pending) }
    }

    /// Waits for a condition that other ranks bring about.
    ///
    /// - Parameters:
    ///   - call: The collective, for the report.
    ///   - isComplete: Called repeatedly.
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

    /// Waits for other ranks of this machine to write to shared memory.
    ///
    /// - Parameter isComplete: Called repeatedly.
    /// - Throws: `CollectiveError.timedOut` at the deadline.
    package func waitForSharedMemory(until isComplete: () -> Bool) throws(CollectiveError) {
        try wait(for: beginCall(.sharedMemorySum)) { () throws(CollectiveError) in isComplete() }
    }

    /// Throws if another rank has reached its deadline; for long computations between collectives.
    ///
    /// - Throws: `CollectiveError.timedOut`, so that this rank reports, too.
    package func answerAlarm() throws(CollectiveError) {
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

    /// Sends the root's bytes to all ranks.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - buffer: The root's bytes, which the others receive; of the same length on all ranks.
    ///   - root: The rank that sends.
    /// - Throws: `CollectiveError`.
    package func broadcast(_ buffer: UnsafeMutableRawBufferPointer, from root: Int) throws(CollectiveError) {
        var pending = try startBroadcast(buffer, from: root)
        try wait(for: &pending)
    }

    /// Sends every rank's bytes to all ranks.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - local: This rank's bytes; the same number on every rank.
    ///   - all: Receives all ranks' bytes in the order of ranks, `worldSize` times as many.
    /// - Throws: `CollectiveError`.
    package func allGather(
        _ local: UnsafeRawBufferPointer,
        into all: UnsafeMutableRawBufferPointer
    ) throws(CollectiveError) {
        var pending = try startAllGather(local, into: all)
        try wait(for: &pending)
    }

    /// Sends each rank's block to all ranks, in place.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - buffer: Contains this rank's block at its place in `layout`, and receives the other blocks.
    ///   - layout: The layout, equal on every rank.
    /// - Throws: `CollectiveError`.
    package func allGatherBlocks(
        _ buffer: UnsafeMutablePointer<Float>,
        _ layout: BlockLayout
    ) throws(CollectiveError) {
        var pending = try startAllGatherBlocks(buffer, layout)
        try wait(for: &pending)
    }

    /// Waits until every rank has called this.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Throws: `CollectiveError`.
    package func barrier() throws(CollectiveError) {
        var pending = try startBarrier()
        try wait(for: &pending)
    }

    /// Sends every rank's value to all ranks.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameter value: This rank's value; it must not contain references.
    /// - Returns: All ranks' values, by rank.
    /// - Throws: `CollectiveError`.
    package func allGather<Value: BitwiseCopyable>(_ value: Value) throws(CollectiveError) -> [Value] {
        try allGather([value])
    }

    /// Sends every rank's values to all ranks.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameter values: This rank's values; they must not contain references. The same number on every rank.
    /// - Returns: All ranks' values, in the order of ranks.
    /// - Throws: `CollectiveError`.
    package func allGather<Value: BitwiseCopyable>(_ values: [Value]) throws(CollectiveError) -> [Value] {
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

    /// Sends the root's bytes to all ranks, which need not know their number.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - bytes: The bytes to send; ignored on other ranks than the root.
    ///   - root: The rank that sends.
    /// - Returns: The root's bytes, on every rank.
    /// - Throws: `CollectiveError`.
    package func broadcast(_ bytes: [UInt8], from root: Int) throws(CollectiveError) -> [UInt8] {
        let count = try allGather(bytes.count)[root]
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1), alignment: 1)
        defer { buffer.deallocate() }
        let message = UnsafeMutableRawBufferPointer(rebasing: buffer[0..<count])
        if rank == root { message.copyBytes(from: bytes) }
        try broadcast(message, from: root)
        return Array(message)
    }
}
