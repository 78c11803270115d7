package import Tensors
import Tracing

/// A layer and its place in the network.
package struct NamedLayer: Sendable {
    /// The place: `3`, or `4.body.0`.
    package let name: String
    /// The layer's definition; of fused layers the first one.
    package let layer: any Layer
    /// The plan that computes it and the layers fused with it.
    package let plan: any LayerPlan

    /// The layer's name in configuration files.
    package var kind: String { type(of: layer).kind }
}

/// Layers in a sequence: the whole network, or a branch of a block.
///
/// The layout of memory is planned once. In-place layers and views share the memory of the layer before, so that only
/// the values that `backward` needs are saved.
package struct Sequential: Sendable {
    private var stages: [Stage] = []
    /// Floats of one gradient with respect to activations; two of them are used alternately.
    private var gradientCount = 0
    let inputShape: FeatureShape
    let maximumBatch: Int
    /// Floats of prepared weights (`prepare`), the same for all shards.
    package private(set) var preparedCount = 0
    /// Floats saved in `forward` for `backward`, for the largest shard.
    package private(set) var savedCount = 0
    /// Floats of scratch memory for the largest shard; its contents don't outlive a call.
    package private(set) var scratchCount = 0

    private struct Stage {
        let name: String
        let layer: any Layer
        var plan: any LayerPlan
        let place: Place
        let prepared: Range<Int>
        let saved: Range<Int>
        /// Whether the layer's output is its input, so that there is nothing to compute.
        let isView: Bool
        let isTrained: Bool
    }

    /// Where a layer's output is stored.
    private enum Place: Equatable {
        case input
        case saved(offset: Int)
        case output
    }

    /// Plans layers, and fuses those that can be computed in one pass if `context` allows it.
    ///
    /// - Parameters:
    ///   - layers: The layers, first to last.
    ///   - context: The input of the first layer.
    /// - Throws: `LayerError` if a layer does not fit its input.
    package init(_ layers: [any Layer], context: LayerContext) throws(LayerError) {
        inputShape = context.inputShape
        maximumBatch = context.maximumBatch
        var named: [NamedLayer] = []
        var shape = context.inputShape
        var needsInputGradient = context.needsInputGradient
        for (index, layer) in layers.enumerated() {
            let place = context.child(index, inputShape: shape, needsInputGradient: needsInputGradient)
            var plan = try layer.plan(place)
            if let layer = layer as? any ParametricLayer {
                plan.parameters = try place.set(layer.tensors, of: plan.parameters)
            }
            named.append(NamedLayer(name: place.name, layer: layer, plan: plan))
            shape = plan.outputShape
            needsInputGradient = needsInputGradient || plan.isTrained
        }
        place(context.fusesLayers ? LayerFusion.fuse(named) : named)
    }

    /// Plans the layout of memory.
    private mutating func place(_ layers: [NamedLayer]) {
        let places = self.places(of: layers.map(\.plan))
        for (index, named) in layers.enumerated() {
            let plan = named.plan
            let previous = index == 0 ? Place.input : places[index - 1]
            let saved = savedCount..<savedCount + plan.savedCount
            let prepared = preparedCount..<preparedCount + plan.preparedCount
            stages.append(
                Stage(
                    name: named.name,
                    layer: named.layer,
                    plan: plan,
                    place: places[index],
                    prepared: prepared,
                    saved: saved,
                    isView: plan.storage == .view && places[index] == previous,
                    isTrained: plan.isTrained
                )
            )
            savedCount = AlignedBuffer.aligned(saved.upperBound)
            preparedCount = AlignedBuffer.aligned(prepared.upperBound)
            gradientCount = max(gradientCount, AlignedBuffer.aligned(maximumBatch * plan.outputShape.count))
        }
        scratchCount = 2 * gradientCount + (layers.map(\.plan.scratchCount).max() ?? 0)
    }

    /// Decides where outputs are stored, and reserves space for those that are saved.
    private mutating func places(of layers: [any LayerPlan]) -> [Place] {
        var places: [Place] = []
        for (index, layer) in layers.enumerated() {
            let previous = index == 0 ? Place.input : places[index - 1]
            if layer.storage == .view || (layer.storage == .inPlace && previous != .input) {
                places.append(previous)
            } else {
                places.append(.saved(offset: savedCount))
                savedCount += AlignedBuffer.aligned(maximumBatch * layer.outputShape.count)
            }
        }
        // An output that shares the last layer's memory is in the caller's output instead.
        guard let last = places.last, case .saved(let offset) = last else { return places }
        savedCount = offset
        return places.map { $0 == last ? .output : $0 }
    }

    /// The layers as they are computed, fused ones under the first one's name.
    package var layers: [NamedLayer] { stages.map { NamedLayer(name: $0.name, layer: $0.layer, plan: $0.plan) } }
    /// The shape of one sample's output.
    package var outputShape: FeatureShape { stages.last?.plan.outputShape ?? inputShape }
    var forwardFLOPs: Int { stages.reduce(0) { $0 + $1.plan.forwardFLOPs } }
    var receptiveField: ReceptiveField { stages.reduce(.pixel) { $0.followed(by: $1.plan.receptiveField) } }
    var activationCount: Int { stages.reduce(0) { $0 + $1.plan.activationCount } }

    /// Floating-point operations of training on one sample; before the first trained layer there is no backward pass.
    ///
    /// - Parameter givesInputGradient: Whether the gradient with respect to the first layer's input is computed.
    /// - Returns: The operations of forward and backward pass together.
    func trainingFLOPs(givesInputGradient: Bool) -> Int {
        var (sum, givesGradient) = (0, givesInputGradient)
        for stage in stages {
            sum += stage.plan.trainingFLOPs(givesInputGradient: givesGradient)
            givesGradient = givesGradient || stage.isTrained
        }
        return sum
    }
    var algorithm: String { stages.map(\.plan.algorithm).filter { !$0.isEmpty }.joined(separator: "; ") }

    /// The trainable tensors in definition order.
    package internal(set) var parameters: [Parameter] {
        get { stages.flatMap(\.plan.parameters) }
        set { share(out: newValue, to: \.parameters) }
    }

    /// The running statistics in definition order.
    package internal(set) var statistics: [RunningStatistic] {
        get { stages.flatMap(\.plan.statistics) }
        set { share(out: newValue, to: \.statistics) }
    }

    /// Distributes tensors to the layers, to each as many as it has.
    private mutating func share<Tensor>(out tensors: [Tensor], to ownTensors: WritableKeyPath<any LayerPlan, [Tensor]>)
    {
        var rest = tensors[...]
        for index in stages.indices {
            let count = stages[index].plan[keyPath: ownTensors].count
            stages[index].plan[keyPath: ownTensors] = Array(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
    }

    /// Lays the tensors out in flat buffers, each at the start of a cache line, the frozen ones behind those that are
    /// trained.
    ///
    /// - Returns: The floats of the flat parameters that are trained, of all, and of the flat running statistics.
    package mutating func placeTensors() -> (trainedCount: Int, parameterCount: Int, statisticCount: Int) {
        let (trained, trainedCount) = Self.placed(parameters.filter(\.isTrained))
        let (frozen, parameterCount) = Self.placed(parameters.filter { !$0.isTrained }, from: trainedCount)
        let (placed, statisticCount) = Self.placed(statistics)
        var (nextTrained, nextFrozen) = (trained[...], frozen[...])
        parameters = parameters.map { $0.isTrained ? nextTrained.removeFirst() : nextFrozen.removeFirst() }
        statistics = placed
        return (trainedCount, parameterCount, statisticCount)
    }

    fileprivate static func placed<Tensor: PlacedTensor>(_ tensors: [Tensor], from start: Int = 0) -> ([Tensor], Int) {
        var offset = start
        let placed = tensors.map { tensor in
            var tensor = tensor
            tensor.offset = offset
            offset = AlignedBuffer.aligned(offset + tensor.count)
            return tensor
        }
        return (placed, offset)
    }

    /// Transforms the weights to the layout that the kernels need: once a step, before any shard runs.
    ///
    /// - Parameters:
    ///   - parameters: The flat parameters.
    ///   - prepared: `preparedCount` floats, overwritten.
    package func prepare(parameters: TensorSlice, into prepared: TensorSlice) {
        for stage in stages {
            stage.plan.prepare(parameters: parameters, into: prepared[stage.prepared])
        }
    }

    /// Runs the layers forward on one shard.
    ///
    /// - Parameters:
    ///   - input: The samples.
    ///   - output: The last layer's output, overwritten.
    ///   - pass: The memory and settings of the call.
    ///   - observe: Called with each layer's position and output, before the next layer runs, which may overwrite it.
    package func forward(
        _ input: TensorSlice,
        into output: TensorSlice,
        pass: LayerPass,
        observe: (Int, TensorSlice) -> Void = { _, _ in }
    ) {
        for (index, stage) in stages.enumerated() {
            let target = activation(after: index, input, output, pass)
            if !stage.isView {
                pass.recorder.measure(.forward, layer: stage.name) {
                    stage.plan.forward(
                        activation(before: index, input, output, pass),
                        into: target,
                        pass: self.pass(for: stage, from: pass)
                    )
                }
            }
            observe(index, target)
        }
        if stages.last?.place != .output { output.copy(from: input) }
    }

    /// Runs the layers backward on one shard.
    ///
    /// - Parameters:
    ///   - input: As given to `forward`.
    ///   - output: As written by `forward`.
    ///   - gradients: The gradients to read and write; `gradients.output` is overwritten.
    ///   - pass: As given to `forward`.
    ///   - last: The layer to start with, whose output's gradient is `gradients.output`; by default the last one.
    ///   - first: The layer to end with, whose input's gradient is `gradients.input`; by default the first one.
    ///   - observe: Called with each layer's position and the gradient with respect to its output.
    package func backward(
        input: TensorSlice,
        output: TensorSlice,
        gradients: LayerGradients,
        pass: LayerPass,
        from last: Int? = nil,
        to first: Int = 0,
        observe: (Int, TensorSlice) -> Void = { _, _ in }
    ) {
        let last = last ?? stages.count - 1
        // If the input gradient isn't needed, layers before the first trained one have nothing to compute.
        let isWanted = gradients.input != nil
        guard let lowest = stages.firstIndex(where: { isWanted ? $0.place != .input : $0.isTrained }), lowest <= last
        else {
            gradients.input?.copy(from: gradients.output)
            return
        }
        let first = max(first, lowest)
        var gradient = gradients.output
        var isSecondTurn = false
        for index in (first...last).reversed() {
            let stage = stages[index]
            observe(index, gradient)
            if stage.isView { continue }
            let source = activation(before: index, input, output, pass)
            var target = gradients.input
            if index > first {
                let sharesMemory = stage.place == stages[index - 1].place
                target = sharesMemory ? gradient : gradientRoom(isSecondTurn, pass).prefix(source.count)
                if !sharesMemory { isSecondTurn.toggle() }
            }
            pass.recorder.measure(.backward, layer: stage.name) {
                stage.plan.backward(
                    input: source,
                    output: activation(after: index, input, output, pass),
                    gradients: gradients.replacing(output: gradient, input: target),
                    pass: self.pass(for: stage, from: pass)
                )
            }
            if let target { gradient = target }
        }
    }

    /// The activations written by the layer at `index`, for the shard in `pass`.
    func activation(
        after index: Int,
        _ input: TensorSlice,
        _ output: TensorSlice,
        _ pass: LayerPass
    ) -> TensorSlice {
        switch stages[index].place {
        case .input: input
        case .output: output
        case .saved(let offset): pass.saved[offset..<offset + pass.batch * stages[index].plan.outputShape.count]
        }
    }

    private func activation(
        before index: Int,
        _ input: TensorSlice,
        _ output: TensorSlice,
        _ pass: LayerPass
    ) -> TensorSlice {
        index == 0 ? input : activation(after: index - 1, input, output, pass)
    }

    private func gradientRoom(_ isSecond: Bool, _ pass: LayerPass) -> TensorSlice {
        pass.scratch[isSecond ? gradientCount..<2 * gradientCount : 0..<gradientCount]
    }

    private func pass(for stage: Stage, from pass: LayerPass) -> LayerPass {
        var result = pass
        result.prepared = pass.prepared[stage.prepared]
        result.saved = pass.saved[stage.saved]
        result.scratch = pass.scratch[2 * gradientCount..<pass.scratch.count]
        return result
    }
}

extension LayerPlan {
    /// Lays the tensors of a layer outside of any network out in flat buffers, each at the start of a cache line.
    ///
    /// - Returns: The floats of the flat parameters and of the flat running statistics.
    package mutating func placeTensors() -> (parameterCount: Int, statisticCount: Int) {
        let parameterCount: Int
        let statisticCount: Int
        (parameters, parameterCount) = Sequential.placed(parameters)
        (statistics, statisticCount) = Sequential.placed(statistics)
        return (parameterCount, statisticCount)
    }
}

/// A tensor with a place in a flat buffer.
protocol PlacedTensor {
    var offset: Int { get set }
    var count: Int { get }
}

extension Parameter: PlacedTensor {}
extension RunningStatistic: PlacedTensor {}

extension LayerGradients {
    func replacing(output: TensorSlice? = nil, input: TensorSlice?) -> LayerGradients {
        LayerGradients(
            output: output ?? self.output,
            input: input,
            parameters: parameters,
            discarded: discarded,
            isReady: isReady
        )
    }
}
