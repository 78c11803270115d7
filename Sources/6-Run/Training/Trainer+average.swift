import Collectives
import Networks
import Optimizers
import Tensors

extension Trainer {
    /// Evaluates the weights, or their average if there is one.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Returns: The result, on every rank.
    /// - Throws: `CollectiveError`.
    func evaluate() throws -> EvaluationResult {
        exchangeAverage()
        defer { exchangeAverage() }
        return try runner.evaluate(over: communicator)
    }

    private func exchangeAverage() {
        average?.exchange(with: replica.parameters.slice, replica.runningStatistics.slice)
    }
}
