/// Training that diverged: a number is no longer finite.
///
/// The replicas are equal, so all ranks throw it in the same call.
package enum Divergence: Error, Equatable, CustomStringConvertible {
    /// The loss is infinite or not a number.
    ///
    /// `layer` is the first whose activations are.
    case loss(step: Int, layer: String?)
    /// The loss of an evaluation is infinite or not a number.
    case evaluationLoss(step: Int)
    /// A weight or running statistic is infinite or not a number.
    case weights(step: Int, tensor: String)

    /// What is wrong, where, and what to do about it.
    package var description: String {
        let finding =
            switch self {
            case .loss(let step, let layer):
                "the loss of step \(step) is not finite"
                    + (layer.map { "; the first activations that aren't are layer \($0)'s" } ?? "")
            case .evaluationLoss(let step): "the loss of the evaluation after step \(step) is not finite"
            case .weights(let step, let tensor): "\(tensor) is not finite after step \(step)"
            }
        return finding + "; lower optimizer.learningRate or set optimizer.clipNorm"
    }
}
