import Convolution
import Kernels
import Tensors
import Testing

/// Every path against the oracle, over shapes that meet every edge.
@Suite struct ConvolutionPlanTests {
    /// Worst error, as a share of the largest magnitude of the tensor: what F(4x4, 3x3) is held to.
    private static let tolerance = 1e-5

    private static let epilogues: [ConvolutionEpilogue] = [.none, .relu, .reluMaxPool2]

    @Test(arguments: ConvolutionCase.sweep, VectorInstructions.all.indices)
    func forwardAndGradientsEqualTheOracles(of layer: ConvolutionCase, instructionSet: Int) {
        for epilogue in Self.epilogues where epilogue != .reluMaxPool2 || layer.canPool {
            for needsInputGradient in [true, false] {
                let run = ConvolutionRun(
                    layer: layer,
                    epilogue: epilogue,
                    needsInputGradient: needsInputGradient,
                    instructions: VectorInstructions.all[instructionSet]
                )
                for (name, error) in run.errors() {
                    #expect(error < Self.tolerance, "\(name) with \(epilogue), \(run.plan.description)")
                }
            }
        }
    }
}
