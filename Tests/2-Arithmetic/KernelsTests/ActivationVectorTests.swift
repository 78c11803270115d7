import CVectorKernels
import Kernels
import Tensors
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ActivationVectorTests {
    private static let kinds = [
        activationLeakyReLU, activationELU, activationSigmoid, activationTanh, activationSiLU, activationGELU,
        activationTanhGELU,
    ].map(\.rawValue)

    @Test(arguments: kinds)
    func everyVectorWidthGivesTheSameBits(kind: ActivationKind.RawValue) {
        let inputs = Guarded((-4000...4000).map { Float($0) * 0.003 })
        let results = KernelSweep.instructions.map { index in
            let kernels = KernelSweep.kernels(index)
            let (output, gradient) = (Guarded(inputs.array), Guarded(inputs.array))
            kernels.activate(ActivationKind(rawValue: kind), 0.3, inputs.slice.count, inputs.base, output.base)
            kernels.activationGradient(
                ActivationKind(rawValue: kind),
                0.3,
                inputs.slice.count,
                inputs.base,
                gradient.base,
                gradient.base
            )
            return (output.array + gradient.array).map(\.bitPattern)
        }
        #expect(results.allSatisfy { $0 == results[0] })
    }
}
