package import Collectives

/// Gathers the control records of all ranks while gradients are being reduced.
package struct ControlExchange: ~Copyable {
    private let communicator: any Communicator
    private let sent: UnsafeMutableBufferPointer<ControlRecord>
    private let received: UnsafeMutableBufferPointer<ControlRecord>
    private var pending: PendingCollective?
    private var controls: [ControlRecord]

    /// - Parameter communicator: The ranks.
    package init(communicator: any Communicator) {
        let nothing = ControlRecord(step: 0, replicaFingerprint: 0)
        self.communicator = communicator
        sent = .allocate(capacity: 1)
        received = .allocate(capacity: communicator.worldSize)
        controls = Array(repeating: nothing, count: communicator.worldSize)
        sent.initialize(repeating: nothing)
        received.initialize(repeating: nothing)
    }

    deinit {
        sent.deallocate()
        received.deallocate()
    }

    /// Starts sending this rank's record.
    ///
    /// Collective: every rank must call this, in the same order.
    package mutating func start(_ control: ControlRecord) throws(ReductionError) {
        sent[0] = control
        pending = try ReductionError.catching { () throws(CollectiveError) in
            try communicator.startAllGather(UnsafeRawBufferPointer(sent), into: UnsafeMutableRawBufferPointer(received))
        }
    }

    /// Waits for all ranks' records.
    ///
    /// Collective: every rank must call this, in the same order.
    package mutating func finish() throws(ReductionError) -> [ControlRecord] {
        guard var pending else { preconditionFailure("finish: no step was begun") }
        try ReductionError.catching { () throws(CollectiveError) in try communicator.wait(for: &pending) }
        self.pending = nil
        for rank in controls.indices { controls[rank] = received[rank] }
        try controls.requireEqualSteps()
        return controls
    }
}

extension [ControlRecord] {
    /// Throws if the ranks are in different steps, whose gradients must not be added.
    func requireEqualSteps() throws(ReductionError) {
        guard allSatisfy({ $0.step == self[0].step }) else { throw .stepsDiffer(map(\.step)) }
    }
}
