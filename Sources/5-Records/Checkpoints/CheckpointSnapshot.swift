/// A copy of all that training needs to go on from a step.
public struct CheckpointSnapshot: Equatable, Sendable {
    /// Optimizer steps done; 0 for the initial weights.
    public var step: Int
    /// The epoch in which the next step falls, counted from 0.
    public var epoch: Int
    /// The network's parameters and running statistics; alone they decide the bytes of `model.safetensors`.
    public var model: [NamedTensor]
    /// The optimizer's slots.
    public var state: [NamedTensor]
    /// Counters and whatever else resuming needs, kept as texts in `state.safetensors`.
    public var counters: [String: String]
    /// What the bits depend on: BLAS kernel name, vector width, library versions.
    public var environment: [String: String]
    /// How good the weights are, such as the test accuracy: the greater the better; nil when not measured.
    public var metric: Double?

    /// Collects what a checkpoint holds.
    ///
    /// - Parameters:
    ///   - step: Optimizer steps done; 0 for the initial weights.
    ///   - epoch: The epoch in which the next step falls, counted from 0.
    ///   - model: The network's parameters and running statistics.
    ///   - state: The optimizer's slots.
    ///   - counters: Counters and whatever else resuming needs, as texts.
    ///   - environment: What the bits depend on.
    ///   - metric: How good the weights are, the greater the better; nil (the default) when not measured.
    public init(
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
