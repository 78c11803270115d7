import Dispatch
import Foundation
import Synchronization

/// Whether somebody asks the run to stop after the step under way.
///
/// SIGTERM, SIGINT, SIGUSR1 (Slurm's warning before a time limit) and `--max-time` ask. Every rank learns of it with the
/// gradients of the same step. A second SIGINT stops at once.
package final class StopRequest: @unchecked Sendable {
    /// Why a run stops early.
    package enum Reason: Int, Sendable {
        case none, terminate, interrupt, userSignal, timeLimit, otherRank

        package var description: String {
            switch self {
            case .none: "nobody asked"
            case .terminate: "SIGTERM"
            case .interrupt: "SIGINT"
            case .userSignal: "SIGUSR1"
            case .timeLimit: "the time limit"
            case .otherRank: "another rank was asked to"
            }
        }
    }

    private let state = Atomic<Int>(Reason.none.rawValue)
    private let deadline: ContinuousClock.Instant?
    // Written by `init` alone.
    private var sources: [any DispatchSourceSignal] = []

    /// Starts listening to signals.
    ///
    /// - Parameter maximumSeconds: How long the run may take; nil for no limit.
    package init(maximumSeconds: Double?) {
        deadline = maximumSeconds.map { .now + .seconds($0) }
        for (signalNumber, reason) in [(SIGTERM, Reason.terminate), (SIGINT, .interrupt), (SIGUSR1, .userSignal)] {
            signal(signalNumber, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: signalNumber, queue: .global())
            source.setEventHandler { [weak self] in self?.receive(reason) }
            source.activate()
            sources.append(source)
        }
    }

    /// What was asked for so far.
    package var reason: Reason {
        if let deadline, ContinuousClock.now >= deadline { return .timeLimit }
        return Reason(rawValue: state.load(ordering: .relaxed)) ?? .none
    }

    private func receive(_ reason: Reason) {
        let previous = state.exchange(reason.rawValue, ordering: .relaxed)
        guard reason == .interrupt, previous == Reason.interrupt.rawValue else { return }
        // Dispatch blocks the signals that it listens to.
        var interrupt = sigset_t()
        sigemptyset(&interrupt)
        sigaddset(&interrupt, SIGINT)
        signal(SIGINT, SIG_DFL)
        pthread_sigmask(SIG_UNBLOCK, &interrupt, nil)
        raise(SIGINT)
    }
}
