/// A copy of everything that training needs to continue from a step.
package struct CheckpointSnapshot: Equatable, Sendable {
    /// Optimizer steps done; 0 for the initial weights.
    package var step: Int
    /// The epoch in which the next step falls, counted from 0.
    package var epoch: Int
    /// The network's parameters and running statistics, which alone determine the bytes of `model.safetensors`.
    package var model: [NamedTensor]
    /// The optimizer's slots.
    package var state: [NamedTensor]
    /// Counters and everything else that is needed to resume, as texts in `state.safetensors`.
    package var counters: [String: String]
    /// What the bits depend on: BLAS kernel name, vector width, library versions.
    package var environment: [String: String]
    /// The quality of the weights, such as the test accuracy, higher is better; nil if it wasn't measured.
    package var metric: Double?

    /// Creates a snapshot.
    package init(
        step: Int,
        epoch: Int,
        model: [NamedTensor],
        state: [NamedTensor],
        counters: [String: String],
        environment: [String: String],
        metric: Double? = nil
    ) {
        precondition(
            step >= 0 && epoch >= 0,
            "CheckpointSnapshot: step \(step), epoch \(epoch) found, 0 or more needed"
        )
        precondition(metric?.isFinite ?? true, "CheckpointSnapshot: metric \(metric ?? 0) found, a finite one needed")
        self.step = step
        self.epoch = epoch
        self.model = model
        self.state = state
        self.counters = counters
        self.environment = environment
        self.metric = metric
    }
}
