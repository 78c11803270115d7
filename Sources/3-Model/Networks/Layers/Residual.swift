import Kernels
import Tensors

/// `body(x) + shortcut(x)`; without a shortcut `body(x) + x` (He et al., "Deep residual learning", 2015, equations 1, 2).
package struct Residual: Layer {
    package static let kind = "residual"
    package var role: LayerRole { .featureMaps }

    /// The layers of the body.
    package let body: [any Layer]
    /// The layers of the shortcut; empty for the identity.
    package let shortcut: [any Layer]

    /// A block of two branches with the same output shape.
    ///
    /// - Parameters:
    ///   - body: The layers of the body.
    ///   - shortcut: The layers of the shortcut, which is needed if the body changes the shape; by default the
    ///     identity.
    package init(body: [any Layer], shortcut: [any Layer] = []) {
        (self.body, self.shortcut) = (body, shortcut)
    }

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        let plan = try self.plan(body: body, shortcut: shortcut, context)
        let (bodyShape, shortcutShape) = (plan.outputShape, plan.shortcut?.outputShape ?? context.inputShape)
        if bodyShape == shortcutShape { return plan }
        guard case .vector(let count, _) = bodyShape, case .vector(count, _) = shortcutShape else {
            throw context.error(
                "the body gives \(bodyShape) and the shortcut \(shortcutShape), which can't be added",
                hint: "give the shortcut a 1×1 conv2d with the body's stride and outputChannels"
            )
        }
        // A flattened image and another vector have the same order in files only.
        return try self.plan(body: body + [ChannelsFirst()], shortcut: shortcut + [ChannelsFirst()], context)
    }

    private func plan(
        body: [any Layer],
        shortcut: [any Layer],
        _ context: LayerContext
    ) throws(LayerError) -> Plan {
        Plan(
            body: try Sequential(body, context: context.branch("body")),
            shortcut: shortcut.isEmpty ? nil : try Sequential(shortcut, context: context.branch("shortcut")),
            inputShape: context.inputShape
        )
    }
}

private struct Plan: LayerPlan {
    var body: Sequential
    var shortcut: Sequential?
    let inputShape: FeatureShape

    var outputShape: FeatureShape { body.outputShape }

    var parameters: [Parameter] {
        get { body.parameters + (shortcut?.parameters ?? []) }
        set {
            let bodyCount = body.parameters.count
            body.parameters = Array(newValue[..<bodyCount])
            shortcut?.parameters = Array(newValue[bodyCount...])
        }
    }

    var statistics: [RunningStatistic] {
        get { body.statistics + (shortcut?.statistics ?? []) }
        set {
            let bodyCount = body.statistics.count
            body.statistics = Array(newValue[..<bodyCount])
            shortcut?.statistics = Array(newValue[bodyCount...])
        }
    }

    /// The body, and the shortcut if there is one.
    var branches: [Sequential] { [body] + (shortcut.map { [$0] } ?? []) }

    var forwardFLOPs: Int { branches.reduce(outputShape.count) { $0 + $1.forwardFLOPs } }
    var receptiveField: ReceptiveField { body.receptiveField.united(with: shortcut?.receptiveField ?? .pixel) }

    var algorithm: String {
        [body.algorithm, shortcut?.algorithm ?? ""].filter { !$0.isEmpty }.joined(separator: " | ")
    }

    var preparedCount: Int { body.preparedCount + (shortcut?.preparedCount ?? 0) }
    // Each branch's output and what it saves: both branches need their own output in the backward pass.
    var savedCount: Int {
        branchCount + body.savedCount + (shortcut.map { branchCount + $0.savedCount } ?? 0)
    }

    // A copy of the output gradient, or one branch's input gradient, then the branch's own scratch.
    var scratchCount: Int { branchCount + max(body.scratchCount, shortcut?.scratchCount ?? 0) }

    func prepare(parameters: TensorSlice, into prepared: TensorSlice) {
        body.prepare(parameters: parameters, into: prepared.prefix(body.preparedCount))
        shortcut?.prepare(parameters: parameters, into: prepared[body.preparedCount..<prepared.count])
    }

    func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        let bodyBranch = lent(pass).body
        body.forward(input, into: bodyBranch.output, pass: bodyBranch.pass)
        guard let shortcut, let branch = lent(pass).shortcut else {
            return Elementwise.sum(bodyBranch.output, input, into: output)
        }
        shortcut.forward(input, into: branch.output, pass: branch.pass)
        Elementwise.sum(bodyBranch.output, branch.output, into: output)
    }

    func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        let (bodyBranch, shortcutBranch) = lent(pass)
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

    private var branchCount: Int { AlignedBuffer.aligned(body.maximumBatch * max(inputShape.count, outputShape.count)) }

    private func lent(_ pass: LayerPass) -> (body: Branch, shortcut: Branch?) {
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
