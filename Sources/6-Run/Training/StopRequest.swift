import Foundation
import Synchronization

/// Whether somebody asks the run to stop after the step under way.
///
/// SIGTERM, SIGINT, SIGUSR1 (Slurm's warning before a time limit) and `--max-time` ask. Every rank learns of it with the
/// gradients of the same step. A second SIGINT stops at once.
package struct StopRequest: Sendable {
    /// Why a run stops early.
    package enum Reason: Sendable {
        case none, terminate, interrupt, userSignal, launcher, timeLimit, otherRank

        package var description: String {
            switch self {
            case .none: "nobody asked"
            case .terminate: "SIGTERM"
            case .interrupt: "SIGINT"
            case .userSignal: "SIGUSR1"
            case .launcher: "the launcher was asked to"
            case .timeLimit: "the time limit"
            case .otherRank: "another rank was asked to"
            }
        }
    }

    private let deadline: ContinuousClock.Instant?

    /// Starts listening to signals, unless somebody has before.
    ///
    /// - Parameter maximumSeconds: How long the run may take; nil for no limit.
    package init(maximumSeconds: Double?) {
        deadline = maximumSeconds.map { .now + .seconds($0) }
        Self.listen()
    }

    /// Remembers signals from now on: those that come before the run is built, too.
    package static func listen() {
        // The handler must not be the first to touch it.
        _ = newestSignal.load(ordering: .relaxed)
        var asking = sigset_t()
        sigemptyset(&asking)
        for number in [SIGTERM, SIGINT, SIGUSR1, SIGUSR2] {
            signal(number, remember)
            sigaddset(&asking, number)
        }
        // Who started this process may have blocked them.
        pthread_sigmask(SIG_UNBLOCK, &asking, nil)
    }

    /// What was asked for so far.
    package var reason: Reason {
        if let deadline, ContinuousClock.now >= deadline { return .timeLimit }
        switch newestSignal.load(ordering: .relaxed) {
        case SIGTERM: return .terminate
        case SIGINT: return .interrupt
        case SIGUSR1: return .userSignal
        // mpirun passes nothing on that tells SIGTERM from SIGINT, so launchers send this for either.
        case SIGUSR2: return .launcher
        default: return .none
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
