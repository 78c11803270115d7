import Foundation
import Processes
import Synchronization

/// Whether something asks the run to stop after the current step.
///
/// SIGTERM, SIGINT, SIGHUP (a closed terminal), SIGUSR1 (Slurm's warning before a time limit) and `--max-time` do.
/// Every rank receives the request and its reason with the gradients of the same step. A second SIGINT stops
/// immediately, unless it follows within half a second, as from a key that was hit twice.
package struct StopRequest: Sendable {
    /// Why a run stops early; the raw values are sent between ranks.
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

    /// Starts listening to signals, unless `listen` was called before.
    ///
    /// - Parameters:
    ///   - maximumSeconds: The time limit of the run; nil for none.
    ///   - now: The clock.
    package init(
        maximumSeconds: Double?,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.now = now
        deadline = maximumSeconds.map { now() + .seconds($0) }
        Self.listen()
    }

    /// Records signals from now on, also before the run is built.
    package static func listen() {
        // The variables must be initialized before the handler uses them.
        _ = (newestSignal.load(ordering: .relaxed), firstInterrupt.load(ordering: .relaxed))
        Signals.handle([SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2], with: remember)
    }

    /// The first request so far; nil if there is none.
    package var reason: Reason? {
        if let deadline, now() >= deadline { return .timeLimit }
        return switch newestSignal.load(ordering: .relaxed) {
        case SIGTERM: .terminate
        case SIGINT: .interrupt
        case SIGHUP: .hangUp
        case SIGUSR1: .userSignal
        // mpirun doesn't distinguish SIGTERM and SIGINT, so launchers send this signal for both.
        case SIGUSR2: .launcher
        default: nil
        }
    }
}

// 0 for none. Global, because signals belong to the process.
private let newestSignal = Atomic<Int32>(0)

// When the first SIGINT came, in nanoseconds.
private let firstInterrupt = Atomic<UInt64>(0)

/// Stores the signal, which a signal handler may do, as it may read the clock.
private let remember: @convention(c) (Int32) -> Void = { number in
    let previous = newestSignal.exchange(number, ordering: .relaxed)
    guard number == SIGINT else { return }
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    let now = UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    guard previous == SIGINT else { return firstInterrupt.store(now, ordering: .relaxed) }
    guard now - firstInterrupt.load(ordering: .relaxed) >= 500_000_000 else { return }
    signal(SIGINT, SIG_DFL)
    raise(SIGINT)
}
