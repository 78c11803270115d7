import Foundation
import Processes
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct SignalsTests {
    @Test(arguments: [SIGHUP, SIGINT])
    func ignoredSignalsStayIgnored(number: Int32) {
        withProcessSignals([number]) {
            #expect(!Signals.isIgnored(number))
            signal(number, SIG_IGN)
            #expect(Signals.isIgnored(number))
            received.store(0, ordering: .relaxed)
            Signals.handle([number]) { received.store($0, ordering: .relaxed) }
            raise(number)
            #expect(received.load(ordering: .relaxed) == 0)
        }
    }

    @Test func signalsThatWereBlockedAreHandled() {
        withProcessSignals([SIGHUP]) {
            var blocked = sigset_t()
            sigemptyset(&blocked)
            sigaddset(&blocked, SIGHUP)
            pthread_sigmask(SIG_BLOCK, &blocked, nil)
            received.store(0, ordering: .relaxed)
            Signals.handle([SIGHUP]) { received.store($0, ordering: .relaxed) }
            raise(SIGHUP)
            #expect(received.load(ordering: .relaxed) == SIGHUP)
        }
    }
}

private let received = Atomic<Int32>(0)
