import Dispatch
import Processes
import Synchronization

/// Numbered pieces of work, which several threads take in order.
enum WorkPool {
    /// Runs `body` once for each number, until one returns false.
    ///
    /// - Parameters:
    ///   - count: The numbers are `0..<count`.
    ///   - threadCount: The number of threads; by default one for each core that this process may use.
    ///   - body: The work of a number, on any of the threads; returns whether to begin any more.
    static func run(_ count: Int, threadCount: Int = ProcessorCores.count, _ body: @Sendable (Int) -> Bool) {
        let next = Atomic(0)
        let isOver = Atomic(false)
        DispatchQueue.concurrentPerform(iterations: min(threadCount, count)) { _ in
            while !isOver.load(ordering: .relaxed) {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                if !body(index) { isOver.store(true, ordering: .relaxed) }
            }
        }
    }
}

/// The count of what a `WorkPool` has done, reported now and then.
final class WorkCounter: Sendable {
    private struct State {
        var doneCount = 0
        var reportedSeconds = 0.0
    }

    private let state = Mutex(State())
    private let start = ContinuousClock.now
    private let stage: PackingProgress.Stage
    private let count: Int
    private let secondsBetweenReports: Double
    private let report: @Sendable (PackingProgress) -> Void

    /// - Parameters:
    ///   - stage: What is done.
    ///   - count: How many pieces of work there are.
    ///   - seconds: The least time between reports, and before the first.
    ///   - report: Called from any thread.
    init(
        _ stage: PackingProgress.Stage,
        count: Int,
        secondsBetweenReports seconds: Double,
        report: @escaping @Sendable (PackingProgress) -> Void
    ) {
        self.stage = stage
        self.count = count
        secondsBetweenReports = seconds
        self.report = report
    }

    /// Counts a piece of work, and reports if it is time, or if it is the last one and others were reported.
    ///
    /// - Parameter reportsEnd: Whether the last one is reported in any case.
    func countOne(reportsEnd: Bool = false) {
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let progress = state.withLock { state -> PackingProgress? in
            state.doneCount += 1
            let isEnd = state.doneCount == count && (reportsEnd || state.reportedSeconds > 0)
            guard seconds - state.reportedSeconds > secondsBetweenReports || isEnd else { return nil }
            state.reportedSeconds = seconds
            return PackingProgress(stage: stage, doneCount: state.doneCount, count: count, seconds: seconds)
        }
        if let progress { report(progress) }
    }
}
