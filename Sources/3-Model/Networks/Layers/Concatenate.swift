import Kernels
import Tensors

/// Concatenates the output channels of several branches (Szegedy et al., "Going deeper with convolutions", 2015), or
/// their output vectors.
///
/// A branch without layers is the identity (Huang et al., "Densely connected convolutional networks", 2017).
package struct Concatenate: Layer {
    package static let kind = "concatenate"
    package var role: LayerRole { .featureMaps }

    /// The layers of each branch.
    package let branches: [[any Layer]]

    /// A block whose branches have outputs with the same rows and columns, or vectors.
    ///
    /// - Parameter branches: The layers of each branch; at least one branch. A branch without layers is the identity.
    package init(branches: [[any Layer]]) {
        precondition(!branches.isEmpty, "concatenate: no branches found, at least one needed")
        self.branches = branches
    }

    package func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan {
        var sequences: [Sequential] = []
        for (index, layers) in branches.enumerated() {
            let place = context.branch("branches.\(index)")
            var sequence = try Sequential(layers, context: place)
            // A flattened image is concatenated in the order of files, not in that of memory.
            if case .vector(_, .some) = sequence.outputShape {
                sequence = try Sequential(layers + [ChannelsFirst()], context: place)
            }
            sequences.append(sequence)
        }
        return Plan(
            branches: sequences,
            outputShape: try outputShape(sequences.map(\.outputShape), context),
            inputCount: context.inputShape.count
        )
    }

    private func outputShape(_ shapes: [FeatureShape], _ context: LayerContext) throws(LayerError) -> FeatureShape {
        var sum = shapes[0]
        for shape in shapes.dropFirst() {
            switch (sum, shape) {
            case (.image(let height, let width, let channels), .image(let rows, let columns, let more))
            where rows == height && columns == width:
                sum = .image(height: height, width: width, channels: channels + more)
            case (.vector(let count, _), .vector(let more, _)):
                sum = .vector(count: count + more, image: nil)
            default:
                throw context.error(
                    "branches give \(shapes.map(\.description).joined(separator: " and ")), which can't be put side by side",
                    hint: "give all images the same rows and columns"
                )
            }
        }
        return sum
    }
}

private struct Plan: LayerPlan {
    var branches: [Sequential]
    let outputShape: FeatureShape
    let inputCount: Int

    var parameters: [Parameter] {
        get { branches.flatMap(\.parameters) }
        set {
            var rest = newValue[...]
            for index in branches.indices {
                let count = branches[index].parameters.count
                branches[index].parameters = Array(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
        }
    }

    var statistics: [RunningStatistic] {
        get { branches.flatMap(\.statistics) }
        set {
            var rest = newValue[...]
            for index in branches.indices {
                let count = branches[index].statistics.count
                branches[index].statistics = Array(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
        }
    }

    var forwardFLOPs: Int { branches.reduce(0) { $0 + $1.forwardFLOPs } }
    var receptiveField: ReceptiveField {
        branches.dropFirst().reduce(branches[0].receptiveField) { $0.united(with: $1.receptiveField) }
    }
    var algorithm: String { branches.map(\.algorithm).filter { !$0.isEmpty }.joined(separator: " | ") }

    var preparedCount: Int { branches.reduce(0) { $0 + AlignedBuffer.aligned($1.preparedCount) } }
    // The output of each branch, and what the branch saves.
    var savedCount: Int { branches.reduce(0) { $0 + roomCount(of: $1) + AlignedBuffer.aligned($1.savedCount) } }
    // The output gradient of one branch, its input gradient, and its scratch.
    var scratchCount: Int { gradientCount + inputRoomCount + (branches.map(\.scratchCount).max() ?? 0) }

    private var maximumBatch: Int { branches[0].maximumBatch }
    private var inputRoomCount: Int { AlignedBuffer.aligned(maximumBatch * inputCount) }
    private var gradientCount: Int { branches.map(roomCount).max() ?? 0 }
    private func roomCount(of branch: Sequential) -> Int {
        AlignedBuffer.aligned(maximumBatch * branch.outputShape.count)
    }

    func prepare(parameters: TensorSlice, into prepared: TensorSlice) {
        var start = 0
        for branch in branches {
            branch.prepare(parameters: parameters, into: prepared[start..<start + branch.preparedCount])
            start += AlignedBuffer.aligned(branch.preparedCount)
        }
    }

    func forward(_ input: TensorSlice, into output: TensorSlice, pass: LayerPass) {
        forEachBranch(pass) { branch, branchOutput, offset, pass in
            branch.forward(input, into: branchOutput, pass: pass)
            forEachPart(of: branch, at: offset, batch: pass.batch) { own, common in
                output[common].copy(from: branchOutput[own])
            }
        }
    }

    func backward(input: TensorSlice, output: TensorSlice, gradients: LayerGradients, pass: LayerPass) {
        let inputRoom = gradients.input.map { pass.scratch[gradientCount..<gradientCount + $0.count] }
        gradients.input?.fill(0)
        // The last branch has the last parameters, and gradients become final from the end.
        forEachBranch(pass, isReversed: true) { branch, branchOutput, offset, branchPass in
            let gradient = pass.scratch.prefix(branchOutput.count)
            forEachPart(of: branch, at: offset, batch: pass.batch) { own, common in
                gradient[own].copy(from: gradients.output[common])
            }
            branch.backward(
                input: input,
                output: branchOutput,
                gradients: gradients.replacing(output: gradient, input: inputRoom),
                pass: branchPass
            )
            if let inputRoom, let inputGradient = gradients.input { Elementwise.add(inputRoom, to: inputGradient) }
        }
    }

    /// Calls `body` with each branch, its output, the position of that in a pixel of the whole output, and its memory.
    private func forEachBranch(
        _ pass: LayerPass,
        isReversed: Bool = false,
        _ body: (Sequential, TensorSlice, Int, LayerPass) -> Void
    ) {
        var (prepared, saved, offset) = (0, 0, 0)
        if isReversed { (prepared, saved, offset) = (preparedCount, savedCount, channels(of: outputShape)) }
        for step in branches.indices {
            let branch = branches[isReversed ? branches.count - 1 - step : step]
            let (preparedSize, savedSize) = (
                AlignedBuffer.aligned(branch.preparedCount), AlignedBuffer.aligned(branch.savedCount)
            )
            let room = roomCount(of: branch)
            if isReversed {
                prepared -= preparedSize
                saved -= room + savedSize
                offset -= channels(of: branch.outputShape)
            }
            var branchPass = pass
            branchPass.prepared = pass.prepared[prepared..<prepared + branch.preparedCount]
            branchPass.saved = pass.saved[saved + room..<saved + room + branch.savedCount]
            branchPass.scratch = pass.scratch[gradientCount + inputRoomCount..<pass.scratch.count]
            let output = pass.saved[saved..<saved + pass.batch * branch.outputShape.count]
            body(branch, output, offset, branchPass)
            if !isReversed {
                prepared += preparedSize
                saved += room + savedSize
                offset += channels(of: branch.outputShape)
            }
        }
    }

    /// Calls `body` for the pixels of a branch's output, with their positions in it and in the whole output.
    private func forEachPart(
        of branch: Sequential,
        at offset: Int,
        batch: Int,
        _ body: (_ own: Range<Int>, _ common: Range<Int>) -> Void
    ) {
        let (own, all) = (channels(of: branch.outputShape), channels(of: outputShape))
        for pixel in 0..<batch * outputShape.count / all {
            let start = pixel * all + offset
            body(pixel * own..<(pixel + 1) * own, start..<start + own)
        }
    }

    private func channels(of shape: FeatureShape) -> Int {
        switch shape {
        case .image(_, _, let channels): channels
        case .vector(let count, _): count
        }
    }
}
