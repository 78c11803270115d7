import Testing
import Training

@Suite(.timeLimit(.minutes(10))) struct SlowRankWatchTests {
    /// Adds equal steps, and returns the changes with the number of the step, from 1, that brought each.
    private func changes(
        _ watch: inout SlowRankWatch,
        steps: Int,
        _ seconds: [Double],
        processorSeconds: [Double]? = nil
    ) -> [(step: Int, change: SlowRankWatch.Change)] {
        (1...steps).flatMap { step in
            watch.add(seconds, processorSeconds: processorSeconds ?? seconds).map { (step, $0) }
        }
    }

    @Test func aRankIsNamedOnceAfterFiftySlowStepsAndAgainAfterFiftyGoodOnes() throws {
        var watch = SlowRankWatch(shardCounts: [2, 2, 2])
        let slow = changes(&watch, steps: 200, [1, 1.5, 1])
        #expect(slow.map(\.step) == [50])
        #expect(
            slow.first?.change
                == SlowRankWatch.Change(rank: 1, factor: 1.5, isSlow: true, relativeProcessorShare: 1)
        )
        #expect(watch.slowRanks == [1])
        let recovered = changes(&watch, steps: 200, [1, 1, 1])
        #expect(recovered.map(\.step) == [50])
        #expect(recovered.first?.change.isSlow == false)
        #expect(watch.slowRanks.isEmpty)
    }

    @Test func pausesNowAndThenAreNoSlowness() {
        var watch = SlowRankWatch(shardCounts: [1, 1, 1])
        for step in 0..<200 { _ = watch.add([1, step % 10 == 0 ? 1_000 : 1, 1], processorSeconds: [1, 1, 1]) }
        #expect(watch.slowRanks.isEmpty)
    }

    /// By hand: of 50 steps 25 take 3 s; without the five longest the mean is (20 · 3 + 25) / 45 = 1.89.
    @Test func pausesInEverySecondStepAre() throws {
        var watch = SlowRankWatch(shardCounts: [1, 1, 1])
        let found = (0..<50).flatMap { step in
            watch.add([1, step % 2 == 0 ? 3 : 1, 1], processorSeconds: [1, 1, 1])
        }
        #expect(abs(try #require(found.first).factor - 85.0 / 45) < 1e-9)
    }

    /// Each pauses in steps in which the other doesn't.
    @Test func ranksThatPauseInTurnAreEquallyFast() {
        var watch = SlowRankWatch(shardCounts: [1, 1])
        for step in 0..<200 { _ = watch.add(step % 2 == 0 ? [1, 3] : [3, 1], processorSeconds: [1, 1]) }
        #expect(watch.slowRanks.isEmpty)
    }

    @Test func aRankBetweenTheLimitsStaysWhatItIs() {
        var watch = SlowRankWatch(shardCounts: [1, 1, 1])
        #expect(changes(&watch, steps: 100, [1, 1, 1.25]).isEmpty)
        #expect(changes(&watch, steps: 100, [1, 1, 1.5]).count == 1)
        #expect(changes(&watch, steps: 100, [1, 1, 1.25]).isEmpty)
        #expect(changes(&watch, steps: 100, [1, 1, 1.125]).map(\.change.isSlow) == [false])
    }

    /// Two shards take twice as long as one, which is no fault of the machine.
    @Test func ranksAreComparedPerShard() {
        var watch = SlowRankWatch(shardCounts: [2, 1, 1])
        #expect(changes(&watch, steps: 100, [2, 1, 1]).isEmpty)
        #expect(changes(&watch, steps: 100, [2, 2, 1]).map(\.change.rank) == [1])
    }

    @Test func theSlowerOfTwoIsComparedWithTheFaster() {
        var watch = SlowRankWatch(shardCounts: [1, 1])
        #expect(changes(&watch, steps: 60, [1.5, 1]).map(\.change.factor) == [1.5])
    }

    @Test func aSingleRankAndStepsWithoutTimesAreIgnored() {
        var watch = SlowRankWatch(shardCounts: [1])
        #expect(changes(&watch, steps: 100, [5]).isEmpty)
        var two = SlowRankWatch(shardCounts: [1, 1])
        #expect(changes(&two, steps: 100, [0, 0]).isEmpty)
    }

    /// A rank that had half of its core, one with another processor, and one with neither.
    @Test func theReasonIsWhatTheMeasurementsPointTo() {
        func machine(_ host: String, _ processor: String, threads: Int, cores: Int) -> RankMachine {
            RankMachine(host: host, processor: processor, threadCount: threads, coreCount: cores)
        }
        func reason(_ share: Double, _ machines: [RankMachine]) -> String {
            let change = SlowRankWatch.Change(rank: 1, factor: 2, isSlow: true, relativeProcessorShare: share)
            return RankMachine.likelyReason(for: change, among: machines)
        }
        let fast = machine("a", "X", threads: 2, cores: 2)
        #expect(
            reason(0.5, [fast, machine("b", "X", threads: 4, cores: 2)]) == "4 threads of this run share 2 cores there"
        )
        #expect(reason(0.5, [fast, machine("b", "X", threads: 2, cores: 2)]).contains("something else runs there"))
        #expect(reason(1, [fast, machine("b", "Y", threads: 2, cores: 2)]) == "its processor is Y, others' is X")
        #expect(reason(1, [fast, fast]).contains("a lower clock"))
    }

    @Test func theProcessorShareIsComparedWithTheMedian() throws {
        var two = SlowRankWatch(shardCounts: [1, 1])
        let slower = changes(&two, steps: 50, [1, 4], processorSeconds: [1, 1])
        #expect(try #require(slower.first).change.relativeProcessorShare == 0.25)
        var watch = SlowRankWatch(shardCounts: [1, 1, 1])
        let found = changes(&watch, steps: 50, [1, 2, 1], processorSeconds: [2, 2, 2])
        #expect(try #require(found.first).change.relativeProcessorShare == 0.5)
    }
}
