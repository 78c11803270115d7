import Foundation
import Processes
import Synchronization

/// Whether somebody asks the run to stop after the step under way.
///
/// SIGTERM, SIGINT, SIGHUP (a closed terminal), SIGUSR1 (Slurm's warning before a time limit) and `--max-time` ask.
/// Every rank learns of it, and of the reason, with the gradients of the same step. A second SIGINT stops at once.
package struct StopRequest: Sendable {
    /// Why a run stops early; the numbers travel between ranks.
    package enum Reason: UInt64, Sendable {
        case terminate = 1, interrupt, hangUp, userSignal, launcher, timeLimit

        package var description: String {
            switch self {
            case .terminate: "SIGTERM"
            case .interrupt: "SIGINT"
            case .hangUp: "SIGHUP"
            case .userSignal: "SIGUSR1"
            case .launcher: "the launcher was asked to"
            case .timeLimit: "the time limit"
            }
        }
    }

    private let deadline: ContinuousClock.Instant?
    private let now: @Sendable () -> ContinuousClock.Instant

    /// Starts listening to signals, unless somebody has before.
    ///
    /// - Parameters:
    ///   - maximumSeconds: How long the run may take; nil for no limit.
    ///   - now: What tells the time.
    package init(
        maximumSeconds: Double?,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.now = now
        deadline = maximumSeconds.map { now() + .seconds($0) }
        Self.listen()
    }

    /// Remembers signals from now on: those that come before the run is built, too.
    package static func listen() {
        // The handler must not be the first to touch it.
        _ = newestSignal.load(ordering: .relaxed)
        Signals.handle([SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2], with: remember)
    }

    /// What was asked for so far; nil for nothing.
    package var reason: Reason? {
        if let deadline, now() >= deadline { return .timeLimit }
        return switch newestSignal.load(ordering: .relaxed) {
        case SIGTERM: .terminate
        case SIGINT: .interrupt
        case SIGHUP: .hangUp
        case SIGUSR1: .userSignal
        // mpirun passes nothing on that tells SIGTERM from SIGINT, so launchers send this for either.
        case SIGUSR2: .launcher
        default: nil
        }
    }
}

// 0 for none. Signals are the process's, and so is this.
private let newestSignal = Atomic<Int32>(0)

/// Does nothing that a signal handler must not.
private let remember: @convention(c) (Int32) -> Void = { number in
    let previous = newestSignal.exchange(number, ordering: .relaxed)
    guard number == SIGINT, previous == SIGINT else { return }
    signal(SIGINT, SIG_DFL)
    raise(SIGINT)
}
