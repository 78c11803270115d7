package import Metrics

/// The options of a run from the command line, besides the configuration.
package struct RunArguments: Sendable {
    /// What to do with existing checkpoints.
    package var resume: ResumePolicy
    /// The weights of another training with which a new run begins; nil for those that the seed makes.
    package var initialWeights: WeightSource?
    /// The run's folder.
    package var directory: String
    /// The step at which to stop; nil for the configured epochs.
    package var maximumSteps: Int?
    /// The epoch after which to stop; nil for the configured epochs.
    package var maximumEpochs: Int?
    /// How long the run may take, in seconds; nil for no limit.
    package var maximumSeconds: Double?
    /// The configuration's name in summaries.
    package var configurationName: String
    /// Where to write a Chrome trace of the first steps; nil for none.
    package var tracePath: String?
    /// The identifier that all starts of a run under `launch` share; nil without `launch`.
    package var launchSession: String?
    /// How much the run prints.
    package var detail: ProgressDetail

    /// Options of a run.
    package init(
        resume: ResumePolicy,
        initialWeights: WeightSource? = nil,
        directory: String,
        maximumSteps: Int? = nil,
        maximumEpochs: Int? = nil,
        maximumSeconds: Double? = nil,
        configurationName: String,
        tracePath: String? = nil,
        launchSession: String? = nil,
        detail: ProgressDetail = .usual
    ) {
        self.resume = resume
        self.initialWeights = initialWeights
        self.directory = directory
        self.maximumSteps = maximumSteps
        self.maximumEpochs = maximumEpochs
        self.maximumSeconds = maximumSeconds
        self.configurationName = configurationName
        self.tracePath = tracePath
        self.launchSession = launchSession
        self.detail = detail
    }
}
