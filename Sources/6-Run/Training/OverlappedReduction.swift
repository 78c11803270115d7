import GradientReduction
import Tracing

/// The reduction of a step's gradients while threads still compute them.
final class OverlappedReduction {
    let reducer: any GradientReducer
    /// Why the reduction failed; nil if it didn't.
    private(set) var failure: ReductionError?
    private let isEnabled: Bool
    private let activity: RankActivity

    init(_ reducer: any GradientReducer, isEnabled: Bool, activity: RankActivity) {
        self.reducer = reducer
        self.isEnabled = isEnabled
        self.activity = activity
    }

    /// Marks a local shard's gradient as final from an offset on, and reduces what is complete.
    func advance(shard: Int, readyFrom offset: Int, member: Int) {
        reducer.markReady(localShard: shard, from: offset)
        // MPI may only be called on the first thread.
        guard isEnabled, member == 0, failure == nil else { return }
        do throws(ReductionError) {
            try activity.during(.reducing) { () throws(ReductionError) in try reducer.progress() }
        } catch {
            failure = error
        }
    }
}
