import Collectives
import RankSupport
import Testing
import Tracing

@Suite(.timeLimit(.minutes(10))) struct ThreadCommunicatorTests {
    @Test(arguments: [1, 2, 3, 5])
    func everyRankReceivesTheRootsBytes(ranks: Int) throws {
        for root in 0..<ranks {
            let received = try ThreadCommunicator.run(worldSize: ranks) { communicator in
                try communicator.broadcast(communicator.rank == root ? [7, 8, UInt8(root)] : [], from: root)
            }.map { try $0.get() }
            #expect(received == Array(repeating: [7, 8, UInt8(root)], count: ranks))
        }
    }

    @Test(arguments: [1, 2, 3, 5])
    func everyRankReceivesEveryValueInRankOrder(ranks: Int) throws {
        let received = ThreadCommunicator.run(worldSize: ranks) { try $0.allGather(Double($0.rank * $0.rank)) }
        for values in received { #expect(try values.get() == (0..<ranks).map { Double($0 * $0) }) }
    }

    @Test(arguments: [1, 2, 3, 5])
    func theSumOverRanksReachesAll(ranks: Int) throws {
        let results = ThreadCommunicator.run(worldSize: ranks) { communicator in
            var values = (0..<10).map { Float(communicator.rank * $0) }
            try values.withUnsafeMutableBufferPointer { buffer in
                var pending = communicator.startAllReduceSum(buffer)
                try communicator.wait(for: &pending)
            }
            return values
        }
        let sumOfRanks = ranks * (ranks - 1) / 2
        for values in results { #expect(try values.get() == (0..<10).map { Float(sumOfRanks * $0) }) }
    }

    /// Rank r sends r + 1 floats to each rank s, all equal to 10 r + s.
    @Test(arguments: [1, 2, 3, 5])
    func blocksOfDifferentLengthReachTheirRanks(ranks: Int) throws {
        let results = ThreadCommunicator.run(worldSize: ranks) { communicator in
            let (rank, own) = (communicator.rank, communicator.rank + 1)
            let sent = (0..<ranks).flatMap { Array(repeating: Float(10 * rank + $0), count: own) }
            let sentLayout = BlockLayout((0..<ranks).map { $0 * own..<($0 + 1) * own })
            let receivedLayout = BlockLayout((0..<ranks).map { $0 * ($0 + 1) / 2..<($0 + 1) * ($0 + 2) / 2 })
            var received = [Float](repeating: -1, count: ranks * (ranks + 1) / 2)
            try sent.withUnsafeBufferPointer { source in
                try received.withUnsafeMutableBufferPointer { destination in
                    guard let from = source.baseAddress, let to = destination.baseAddress else { return }
                    var pending = communicator.startAllToAll(from, sentLayout, into: to, receivedLayout)
                    try communicator.wait(for: &pending)
                }
            }
            return received
        }
        for (rank, values) in results.enumerated() {
            #expect(
                try values.get() == (0..<ranks).flatMap { Array(repeating: Float(10 * $0 + rank), count: $0 + 1) }
            )
        }
    }

    @Test(arguments: [1, 2, 3, 5])
    func blocksOfDifferentLengthAreGatheredInPlace(ranks: Int) throws {
        let blocks = (0..<ranks).map { $0 * ($0 + 1) / 2..<($0 + 1) * ($0 + 2) / 2 }
        let results = ThreadCommunicator.run(worldSize: ranks) { communicator in
            let layout = BlockLayout(blocks)
            var values = [Float](repeating: -1, count: ranks * (ranks + 1) / 2)
            for index in blocks[communicator.rank] { values[index] = Float(communicator.rank) }
            try values.withUnsafeMutableBufferPointer { buffer in
                guard let start = buffer.baseAddress else { return }
                var pending = communicator.startAllGatherBlocks(start, layout)
                try communicator.wait(for: &pending)
            }
            return values
        }
        let expected = (0..<ranks).flatMap { Array(repeating: Float($0), count: $0 + 1) }
        for values in results { #expect(try values.get() == expected) }
    }

    @Test func sharedMemoryIsVisibleToAllRanks() throws {
        let results = ThreadCommunicator.run(worldSize: 3) { communicator in
            let memory = try #require(try communicator.makeSharedMemory(byteCount: 4 * (communicator.rank + 1)))
            memory.regions[communicator.rank].storeBytes(of: Int32(communicator.rank + 5), as: Int32.self)
            try communicator.barrier()
            return memory.regions.map { [Int($0.load(as: Int32.self)), $0.count] }
        }
        for values in results { #expect(try values.get() == [[5, 4], [6, 8], [7, 12]]) }
    }

    @Test func theReportOfADeadlineHasEveryRanksStatus() throws {
        let results = ThreadCommunicator.run(worldSize: 3) { communicator in
            communicator.status.step = UInt64(30 + communicator.rank)
            communicator.status.phase = .reducing
            try communicator.barrier()
            // Rank 1 gives up as soon as rank 0 does.
            communicator.timeout = communicator.rank == 0 ? .milliseconds(50) : .seconds(30)
            if communicator.rank != 2 { try communicator.barrier() }
        }
        guard case .failure(CollectiveError.timedOut(let timeout)) = results[0] else {
            Issue.record("rank 0 gave \(results[0]), a deadline expected")
            return
        }
        #expect(timeout.missingRanks == [2])
        #expect(timeout.elapsedSeconds >= 0.05)
        let report = timeout.description.split(separator: "\n")
        #expect(report[0].hasPrefix("rank 0: barrier #2 not complete after 0."))
        #expect(report[0].hasSuffix("s: no answer from rank 2 on thread"))
        #expect(report[2] == "  rank 1 on thread: step 31, reducing, last collective barrier #2")
        #expect(report[3] == "  rank 2 on thread: no answer")
        guard case .failure(CollectiveError.timedOut(let alarmed)) = results[1] else {
            Issue.record("rank 1 gave \(results[1]), a deadline expected")
            return
        }
        #expect(alarmed.missingRanks == [2])
        #expect(alarmed.elapsedSeconds < 20)
        #expect(throws: Never.self) { try results[2].get() }
    }

    @Test func aRankThatComputesCanAnswerAnAlarm() {
        let results = ThreadCommunicator.run(worldSize: 2) { communicator in
            communicator.timeout = .milliseconds(50)
            if communicator.rank == 0 { try communicator.barrier() }
            while true { try communicator.answerAlarm() }
        }
        for result in results {
            guard case .failure(CollectiveError.timedOut(let timeout)) = result else {
                Issue.record("\(result) found, a deadline expected")
                continue
            }
            #expect(timeout.missingRanks == [])
            #expect(timeout.description.contains("every rank answers, but they wait for different things"))
        }
    }
}
