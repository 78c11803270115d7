import Formatting
import Synchronization

/// The progress of trials, with an estimate of the remaining time: `[3/8, 0:41 left]`.
package final class TrialProgress: Sendable {
    private let count: Int
    private let done = Mutex(0)
    private let start = ContinuousClock.now

    init(count: Int) { self.count = count }

    /// Counts one more trial, and returns the text.
    func next() -> String {
        let done = done.withLock { done in
            done += 1
            return done
        }
        let elapsedSeconds = (ContinuousClock.now - start) / .seconds(1)
        return Self.text(done: done, count: count, elapsedSeconds: elapsedSeconds)
    }

    /// The text after `done` of `count` trials.
    package static func text(done: Int, count: Int, elapsedSeconds: Double) -> String {
        let left = elapsedSeconds / Double(done) * Double(count - done)
        return "\(Format.bar(done: done, of: count, width: 20)) \(done)/\(count)"
            + (done < count ? ", \(Format.clock(left)) left:" : ":")
    }
}
