import Configuration
import Tensors

/// A layer and its place in the configuration: `3`, or `4.body.0`.
struct NamedLayer: Sendable {
    let name: String
    let layer: any Layer
}

/// Layers one after another: the whole network, or a branch of a residual block.
///
/// Where everything lies is planned once. In-place layers and views share the memory of the layer before, so that only
/// what `backward` needs is kept.
struct Sequential: Sendable {
    private var stages: [Stage] = []
    /// Floats of one gradient with respect to activations; two of them are used in turn.
    private var gradientCount = 0
    let inputShape: FeatureShape
    let maximumBatch: Int
    private(set) var preparedCount = 0
    private(set) var savedCount = 0
    private(set) var scratchCount = 0

    private struct Stage {
        let name: String
        var layer: any Layer
        let place: Place
        let prepared: Range<Int>
        let saved: Range<Int>
        /// Whether the layer has nothing to do: its output is its input.
        let isView: Bool
    }

    /// Where a layer's output lies.
    private enum Place: Equatable {
        case input
        case saved(offset: Int)
        case output
    }

    /// Makes the layers, fusing a convolution with the rectifier and pooling that follow it where `context` says so.
    init(_ descriptions: [LayerDescription], context: LayerContext) throws(ConfigurationError) {
        inputShape = context.inputShape
        maximumBatch = context.maximumBatch
        var layers: [NamedLayer] = []
        var shape = context.inputShape
        var needsInputGradient = context.needsInputGradient
        for (index, description) in descriptions.enumerated() {
            let place = context.child(index, inputShape: shape, needsInputGradient: needsInputGradient)
            let layer = try LayerRegistry.makeLayer(description, context: place)
            layers.append(NamedLayer(name: place.name, layer: layer))
            shape = layer.outputShape
            needsInputGradient = needsInputGradient || !layer.parameters.isEmpty
        }
        plan(context.fusesLayers ? LayerFusion.fuse(layers) : layers)
    }

    private mutating func plan(_ layers: [NamedLayer]) {
        let places = self.places(of: layers.map(\.layer))
        for (index, named) in layers.enumerated() {
            let layer = named.layer
            let previous = index == 0 ? Place.input : places[index - 1]
            let saved = savedCount..<savedCount + layer.savedCount
            let prepared = preparedCount..<preparedCount + layer.preparedCount
            stages.append(
                Stage(
                    name: named.name,
                    layer: layer,
                    place: places[index],
                    prepared: prepared,
                    saved: saved,
                    isView: layer.storage == .view && places[index] == previous
                )
            )
            savedCount = AlignedBuffer.aligned(saved.upperBound)
            preparedCount = AlignedBuffer.aligned(prepared.upperBound)
            gradientCount = max(gradientCount, AlignedBuffer.aligned(maximumBatch * layer.outputShape.count))
        }
        scratchCount = 2 * gradientCount + (layers.map(\.layer.scratchCount).max() ?? 0)
    }

    /// Decides where outputs lie, and makes room for those that are kept.
    private mutating func places(of layers: [any Layer]) -> [Place] {
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
        // What shares the last layer's memory lies in the caller's output instead.
        guard let last = places.last, case .saved(let offset) = last else { return places }
        savedCount = offset
        return places.map { $0 == last ? .output : $0 }
    }

    var layers: [NamedLayer] { stages.map { NamedLayer(name: $0.name, layer: $0.layer) } }
    var outputShape: FeatureShape { stages.last?.layer.outputShape ?? inputShape }
    var cost: LayerCost { stages.reduce(LayerCost(forwardFLOPs: 0)) { $0.followed(by: $1.layer.cost) } }
    var planDescription: String { stages.map(\.layer.planDescription).filter { !$0.isEmpty }.joined(separator: "; ") }

    var parameters: [Parameter] {
        get { stages.flatMap(\.layer.parameters) }
        set {
            var rest = newValue[...]
            for index in stages.indices {
                let count = stages[index].layer.parameters.count
                stages[index].layer.parameters = Array(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
        }
    }

    var statistics: [RunningStatistic] {
        get { stages.flatMap(\.layer.statistics) }
        set {
            var rest = newValue[...]
            for index in stages.indices {
                let count = stages[index].layer.statistics.count
                stages[index].layer.statistics = Array(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
        }
    }

    func prepare(parameters: TensorSlice, into prepared: TensorSlice) {
        for stage in stages {
            stage.layer.prepare(parameters: parameters, into: prepared[stage.prepared])
        }
    }

    /// Runs the layers forward on one shard.
    ///
    /// `observe` sees each layer's position and output before the next layer runs, which may overwrite it.
    func forward(
        _ input: TensorSlice,
        into output: TensorSlice,
        pass: LayerPass,
        observe: (Int, TensorSlice) -> Void = { _, _ in }
    ) {
        for (index, stage) in stages.enumerated() {
            let target = activation(after: index, input, output, pass)
            if !stage.isView {
                stage.layer.forward(
                    activation(before: index, input, output, pass),
                    into: target,
                    pass: self.pass(for: stage, from: pass)
                )
            }
            observe(index, target)
        }
        if stages.last?.place != .output { output.copy(from: input) }
    }

    /// Runs the layers backward on one shard; `gradients.output` is overwritten.
    func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        guard let first = stages.firstIndex(where: { $0.place != .input }) else {
            gradients.input?.copy(from: gradients.output)
            return
        }
        var gradient = gradients.output
        var isSecondTurn = false
        for index in stages.indices.reversed() where index >= first && !stages[index].isView {
            let stage = stages[index]
            let source = activation(before: index, input, output, pass)
            var target = gradients.input
            if index > first {
                let sharesMemory = stage.place == stages[index - 1].place
                target = sharesMemory ? gradient : gradientRoom(isSecondTurn, pass).prefix(source.count)
                if !sharesMemory { isSecondTurn.toggle() }
            }
            stage.layer.backward(
                input: source,
                output: activation(after: index, input, output, pass),
                gradients: gradients.replacing(output: gradient, input: target),
                pass: self.pass(for: stage, from: pass)
            )
            if let target { gradient = target }
        }
    }

    /// The activations that the layer at `index` wrote, of the shard in `pass`.
    func activation(
        after index: Int,
        _ input: TensorSlice,
        _ output: TensorSlice,
        _ pass: LayerPass
    ) -> TensorSlice {
        switch stages[index].place {
        case .input: input
        case .output: output
        case .saved(let offset): pass.saved[offset..<offset + pass.batch * stages[index].layer.outputShape.count]
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

extension LayerCost {
    /// The cost of this layer and then another: windows grow as receptive fields do.
    func followed(by next: LayerCost) -> LayerCost {
        LayerCost(
            forwardFLOPs: forwardFLOPs + next.forwardFLOPs,
            window: window + (next.window - 1) * stride,
            stride: stride * next.stride,
            padding: padding + next.padding * stride
        )
    }
}

extension LayerGradients {
    func replacing(output: TensorSlice? = nil, input: TensorSlice?) -> LayerGradients {
        LayerGradients(output: output ?? self.output, input: input, parameters: parameters, isReady: isReady)
    }
}
