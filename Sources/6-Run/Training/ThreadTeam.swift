import Dispatch
import Foundation

/// A rank's compute threads: member 0 is the caller, the others wait between calls.
///
/// Threads and semaphores instead of tasks: members run for milliseconds at a time, and only the caller may use MPI.
package final class ThreadTeam: Sendable {
    /// The number of members, including the caller.
    package let size: Int
    private let helpers: [Helper]

    private final class Helper: @unchecked Sendable {
        let start = DispatchSemaphore(value: 0)
        let done = DispatchSemaphore(value: 0)
        /// Set by the caller before `start`; nil at `start` ends the thread.
        var work: (() -> Void)?

        /// Runs the work, and releases it before the caller is notified, so that it doesn't outlive the caller's call.
        @inline(never)
        func perform() -> Bool {
            guard let work else { return false }
            self.work = nil
            work()
            return true
        }
    }

    /// Starts a team of `size` members, at least 1.
    ///
    /// Its threads end with the team.
    package init(size: Int) {
        precondition(size >= 1, "ThreadTeam: size \(size) found, 1 or more needed")
        self.size = size
        helpers = (1..<size).map { _ in Helper() }
        for helper in helpers {
            let thread = Thread {
                while true {
                    helper.start.wait()
                    guard helper.perform() else { return }
                    helper.done.signal()
                }
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    deinit {
        for helper in helpers { helper.start.signal() }
    }

    /// Runs `body` once on every member and returns when all have finished.
    ///
    /// - Parameters:
    ///   - body: The work of a member.
    ///   - waiting: Wraps the wait of the caller, who is member 0, for the others; by default does nothing else.
    package func run(_ body: (_ member: Int) -> Void, waiting: (_ wait: () -> Void) -> Void = { $0() }) {
        // No member outlives this call, so the closure doesn't escape.
        withoutActuallyEscaping(body) { body in
            for (index, helper) in helpers.enumerated() {
                helper.work = { body(index + 1) }
                helper.start.signal()
            }
            body(0)
            waiting { for helper in helpers { helper.done.wait() } }
        }
    }
}
