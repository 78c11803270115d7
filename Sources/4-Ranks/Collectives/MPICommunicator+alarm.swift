import COpenMPI

// Note [Alarm]: the rank that reaches its deadline sends its status to all others. A waiting rank that receives a
// status answers with its own and gives up as well. So every living rank soon knows what all others are doing, and the
// ranks that didn't answer are the missing ones.
// stand, and the ranks that did not answer are those that are missing.
extension MPICommunicator {
    private static let alarmTag: Int32 = 1
    private static let answerTime = Duration.seconds(2)
    // A probe lets MPI make progress on everything, and yields the core if ranks share one: too much for the backward
    // pass of each layer.
    private static let probeInterval = Duration.milliseconds(20)

    // Documented at the protocol.
    package func hearsAlarm() throws(CollectiveError) -> Bool {
        let now = ContinuousClock.now
        guard now - lastProbe >= Self.probeInterval else { return false }
        lastProbe = now
        var isWaiting: Int32 = 0
        try check(
            MPI_Iprobe(MPI_ANY_SOURCE, Self.alarmTag, statusChannel, &isWaiting, copenmpi_status_ignore()),
            "MPI_Iprobe"
        )
        return isWaiting != 0
    }

    // Documented at the protocol.
    package func exchangeStatuses() throws(CollectiveError) -> [RankStatus?] {
        try sendStatus()
        var statuses = [RankStatus?](repeating: nil, count: worldSize)
        statuses[rank] = status
        var pause = PollingPause()
        while statuses.contains(nil) && pause.elapsed < Self.answerTime {
            for other in 0..<worldSize where statuses[other] == nil {
                statuses[other] = try receivedStatus(from: other)
            }
            pause.next()
        }
        return statuses
    }

    private func sendStatus() throws(CollectiveError) {
        // Never freed: the process is about to end, and a message to a dead rank never completes.
        let message = UnsafeMutablePointer<RankStatus>.allocate(capacity: 1)
        message.initialize(to: status)
        for other in 0..<worldSize where other != rank {
            var request: MPI_Request?
            try check(
                MPI_Isend(
                    message,
                    Int32(MemoryLayout<RankStatus>.size),
                    copenmpi_byte(),
                    Int32(other),
                    Self.alarmTag,
                    statusChannel,
                    &request
                ),
                "MPI_Isend"
            )
        }
    }

    private func receivedStatus(from other: Int) throws(CollectiveError) -> RankStatus? {
        var isWaiting: Int32 = 0
        try check(
            MPI_Iprobe(Int32(other), Self.alarmTag, statusChannel, &isWaiting, copenmpi_status_ignore()),
            "MPI_Iprobe"
        )
        guard isWaiting != 0 else { return nil }
        var received = RankStatus()
        try check(
            MPI_Recv(
                &received,
                Int32(MemoryLayout<RankStatus>.size),
                copenmpi_byte(),
                Int32(other),
                Self.alarmTag,
                statusChannel,
                copenmpi_status_ignore()
            ),
            "MPI_Recv"
        )
        return received
    }
}
