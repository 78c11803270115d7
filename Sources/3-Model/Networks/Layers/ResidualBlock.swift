package import Configuration
import Kernels
package import Tensors

/// `body(x) + shortcut(x)`; without a shortcut `body(x) + x` (He et al., "Deep Residual Learning", 2015, equations 1, 2).
package struct ResidualBlock: Layer {
    package static let kind = "residual"

    package let outputShape: FeatureShape
    private var body: Sequential
    private var shortcut: Sequential?
    private let inputCount: Int

    /// A `body` of layers and, where shapes change, a `shortcut` of layers.
    package init(options: OptionReader, context: LayerContext) throws(ConfigurationError) {
        inputCount = context.inputShape.count
        let shortcutLayers = try options.layers("shortcut")
        body = try Sequential(options.layers("body"), context: context.branch("body"))
        shortcut = shortcutLayers.isEmpty ? nil : try Sequential(shortcutLayers, context: context.branch("shortcut"))
        outputShape = body.outputShape
        let shortcutShape = shortcut?.outputShape ?? context.inputShape
        guard shortcutShape == outputShape else {
            throw options.error(
                nil,
                "the body gives \(outputShape) and the shortcut \(shortcutShape), which can't be added",
                hint: "give the shortcut a 1×1 conv2d with the body's stride and outputChannels"
            )
        }
    }

    package var parameters: [Parameter] {
        get { body.parameters + (shortcut?.parameters ?? []) }
        set {
            let bodyCount = body.parameters.count
            body.parameters = Array(newValue[..<bodyCount])
            shortcut?.parameters = Array(newValue[bodyCount...])
        }
    }

    package var statistics: [RunningStatistic] {
        get { body.statistics + (shortcut?.statistics ?? []) }
        set {
            let bodyCount = body.statistics.count
            body.statistics = Array(newValue[..<bodyCount])
            shortcut?.statistics = Array(newValue[bodyCount...])
        }
    }

    /// The body, and the shortcut where there is one.
    var sequences: [Sequential] { [body] + (shortcut.map { [$0] } ?? []) }

    package var cost: LayerCost {
        let bodyCost = body.cost
        return LayerCost(
            forwardFLOPs: bodyCost.forwardFLOPs + (shortcut?.cost.forwardFLOPs ?? 0) + outputShape.count,
            window: bodyCost.window,
            stride: bodyCost.stride,
            padding: bodyCost.padding
        )
    }

    package var planDescription: String {
        [body.planDescription, shortcut?.planDescription ?? ""].filter { !$0.isEmpty }.joined(separator: " | ")
    }

    package var preparedCount: Int { body.preparedCount + (shortcut?.preparedCount ?? 0) }
    // Each branch's result and what it keeps: both branches need their own result when gradients come back.
    package var savedCount: Int {
        branchCount + body.savedCount + (shortcut.map { branchCount + $0.savedCount } ?? 0)
    }

    // A copy of the output gradient, or one branch's input gradient, then the branch's own scratch.
    package var scratchCount: Int { branchCount + max(body.scratchCount, shortcut?.scratchCount ?? 0) }

    package func prepare(parameters: TensorSlice, into prepared: TensorSlice) {
        body.prepare(parameters: parameters, into: prepared.prefix(body.preparedCount))
        shortcut?.prepare(parameters: parameters, into: prepared[body.preparedCount..<prepared.count])
    }

    package func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        let bodyBranch = branches(pass).body
        body.forward(input, into: bodyBranch.output, pass: bodyBranch.pass)
        guard let shortcut, let branch = branches(pass).shortcut else {
            return Elementwise.sum(bodyBranch.output, input, into: output)
        }
        shortcut.forward(input, into: branch.output, pass: branch.pass)
        Elementwise.sum(bodyBranch.output, branch.output, into: output)
    }

    package func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        let (bodyBranch, shortcutBranch) = branches(pass)
        // A branch may overwrite the gradient that it is given, so the first one works on a copy.
        let copy = pass.scratch.prefix(gradients.output.count)
        copy.copy(from: gradients.output)
        guard let shortcut, let shortcutBranch else {
            body.backward(
                input: input,
                output: bodyBranch.output,
                gradients: gradients.replacing(output: copy, input: gradients.input),
                pass: bodyBranch.pass
            )
            if let inputGradient = gradients.input { Elementwise.add(gradients.output, to: inputGradient) }
            return
        }
        // The shortcut's parameters come after the body's, and gradients become final from the end.
        shortcut.backward(
            input: input,
            output: shortcutBranch.output,
            gradients: gradients.replacing(output: copy, input: gradients.input),
            pass: shortcutBranch.pass
        )
        let bodyGradient = gradients.input.map { pass.scratch.prefix($0.count) }
        body.backward(
            input: input,
            output: bodyBranch.output,
            gradients: gradients.replacing(input: bodyGradient),
            pass: bodyBranch.pass
        )
        if let bodyGradient, let inputGradient = gradients.input { Elementwise.add(bodyGradient, to: inputGradient) }
    }

    private struct Branch {
        let output: TensorSlice
        let pass: LayerPass
    }

    private var branchCount: Int { AlignedBuffer.aligned(body.maximumBatch * max(inputCount, outputShape.count)) }

    private func branches(_ pass: LayerPass) -> (body: Branch, shortcut: Branch?) {
        let room = branchCount
        let outputCount = pass.batch * outputShape.count
        let bodyEnd = room + body.savedCount
        var bodyPass = pass
        bodyPass.prepared = pass.prepared.prefix(body.preparedCount)
        bodyPass.saved = pass.saved[room..<bodyEnd]
        bodyPass.scratch = pass.scratch[room..<pass.scratch.count]
        let bodyBranch = Branch(output: pass.saved.prefix(outputCount), pass: bodyPass)
        guard shortcut != nil else { return (bodyBranch, nil) }
        var shortcutPass = bodyPass
        shortcutPass.prepared = pass.prepared[body.preparedCount..<pass.prepared.count]
        shortcutPass.saved = pass.saved[bodyEnd + room..<pass.saved.count]
        let shortcutBranch = Branch(output: pass.saved[bodyEnd..<bodyEnd + outputCount], pass: shortcutPass)
        return (bodyBranch, shortcutBranch)
    }
}
