/// Weights of another training with which a run begins: `--initialize-from`.
package struct WeightSource: Equatable, Sendable {
    /// A run's folder, a checkpoint or a file of weights.
    package var path: String
    /// Whether tensors that don't fit the network are left out: `--allow-missing`.
    package var allowsMissing: Bool

    package init(path: String, allowsMissing: Bool) {
        self.path = path
        self.allowsMissing = allowsMissing
    }
}
