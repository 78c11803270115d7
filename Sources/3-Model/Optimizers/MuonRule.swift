/// The numbers of Muon, which moves weight matrices in orthogonal directions, and of the gradient descent by which all other
/// parameters are moved (Jordan, "Muon: An optimizer for hidden layers in neural networks", 2024).
package struct MuonRule: Sendable, Equatable {
    /// The fraction of the previous momentum that is kept.
    package var momentum: Float
    /// Whether a direction looks ahead, as Nesterov's does.
    package var isNesterov: Bool
    /// Decoupled from the gradient: a step subtracts this of each weight, times the learning rate.
    package var weightDecay: Float
    /// Newton–Schulz iterations of a step.
    package var iterations: Int
    /// Whether a matrix gets the norm √outputs before each step, whose size then is the learning rate itself, as in
    /// `airbench94_muon.py`; otherwise it is the learning rate times √(outputs / inputs) where that is above 1, as with
    /// PyTorch's `Muon`.
    package var renormalizes: Bool
    /// How all other parameters are moved.
    package var others: Others

    /// Stochastic gradient descent; weight decay is added to the gradient.
    package struct Others: Sendable, Equatable {
        /// Their learning rate, as a factor of the matrices'.
        package var learningRateFactor: Float
        package var momentum: Float
        package var isNesterov: Bool
        package var weightDecay: Float

        package init(learningRateFactor: Float, momentum: Float, isNesterov: Bool, weightDecay: Float) {
            self.learningRateFactor = learningRateFactor
            self.momentum = momentum
            self.isNesterov = isNesterov
            self.weightDecay = weightDecay
        }
    }

    package init(
        momentum: Float,
        isNesterov: Bool,
        weightDecay: Float,
        iterations: Int,
        renormalizes: Bool,
        others: Others = Others(learningRateFactor: 1, momentum: 0, isNesterov: false, weightDecay: 0)
    ) {
        self.momentum = momentum
        self.isNesterov = isNesterov
        self.weightDecay = weightDecay
        self.iterations = iterations
        self.renormalizes = renormalizes
        self.others = others
    }
}
