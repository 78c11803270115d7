import Collectives
import Testing
import Tracing
import Training

@Suite(.timeLimit(.minutes(10))) struct RankActivityTests {
    private struct Stop: Error {}

    @Test func aPhaseIsTheRanksStateWhileItLastsAndASpanAfterwards() {
        let communicator = SoloCommunicator()
        let recorder = SpanRecorder(origin: .now, capacity: 9)
        let activity = RankActivity(communicator, recorder: recorder, times: PhaseTimes())
        var seen: [Phase] = [communicator.status.phase]
        activity.during(.step) {
            seen.append(communicator.status.phase)
            activity.during(.updating) { seen.append(communicator.status.phase) }
            seen.append(communicator.status.phase)
        }
        seen.append(communicator.status.phase)
        #expect(seen == [.starting, .step, .updating, .step, .starting])
        #expect(recorder.spans.map(\.phase) == [.updating, .step])
    }

    @Test func afterAFailureThePhaseStaysForTheMessage() {
        let communicator = SoloCommunicator()
        let activity = RankActivity(communicator, recorder: nil, times: PhaseTimes())
        #expect(throws: Stop.self) {
            try activity.during(.step) { try activity.during(.waitingForRanks) { () throws(Stop) in throw Stop() } }
        }
        #expect(communicator.status.phase == .waitingForRanks)
        #expect(communicator.status.description.contains("waiting for ranks"))
    }
}
