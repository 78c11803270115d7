/// A part of the flat parameters that is updated alike: PyTorch's parameter group.
package struct ParameterGroup: Sendable, Equatable {
    /// Its floats, in parameters, gradient and state.
    package var range: Range<Int>
    /// The factor of the learning rate.
    package var learningRateFactor: Float
    /// The factor of the weight decay.
    package var weightDecayFactor: Float
    /// The number of steps in which it is trained, the first ones; nil for all.
    ///
    /// Later neither parameters nor state change.
    package var trainedSteps: Int?
    /// The weight matrix that these floats are, where Muon moves it as a whole; nil for parameters that are moved one by one.
    package var matrix: WeightMatrix?

    /// A group; by default it is trained as the optimizer says.
    package init(
        range: Range<Int>,
        learningRateFactor: Float = 1,
        weightDecayFactor: Float = 1,
        trainedSteps: Int? = nil,
        matrix: WeightMatrix? = nil
    ) {
        precondition(
            matrix.map { $0.inputs * $0.outputs == range.count } ?? true,
            "ParameterGroup: \(range.count) floats found, a matrix needs inputs × outputs"
        )
        self.range = range
        self.learningRateFactor = learningRateFactor
        self.weightDecayFactor = weightDecayFactor
        self.trainedSteps = trainedSteps
        self.matrix = matrix
    }

    /// Whether a step, from 1, trains it.
    func isTrained(inStep step: Int) -> Bool { step <= trainedSteps ?? .max }

    /// Whether it is trained as `other` is.
    fileprivate func isTrainedAs(_ other: ParameterGroup) -> Bool {
        var other = other
        other.range = range
        return matrix == nil && self == other
    }
}

extension [ParameterGroup] {
    /// Neighbours that are trained alike as one group, so that one pass over memory updates them.
    ///
    /// - Returns: Groups that cover the same floats and those between them, which belong to no tensor.
    package func joined() -> [ParameterGroup] {
        reduce(into: []) { groups, group in
            if let last = groups.last, last.isTrainedAs(group) {
                groups[groups.count - 1].range = last.range.lowerBound..<group.range.upperBound
            } else {
                groups.append(group)
            }
        }
    }
}
