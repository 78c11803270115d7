package import Networks
package import Tensors

/// A trained network that gives access to the outputs and gradients of every layer.
///
/// It may be used by one thread at a time.
package final class ExplainedNetwork {
    /// The trained network.
    package let replica: Replica
    /// The layers, from input to logits.
    package let layers: [LayerSummary]
    /// The largest number of images in a call.
    package let maximumBatch: Int
    /// Rows, columns and channels of the input images.
    package let inputExtent: FeatureShape.ImageExtent
    private let workspace: ShardWorkspace
    private let parameterGradient: AlignedBuffer
    private let outputGradient: AlignedBuffer

    /// Prepares a network for explanations.
    ///
    /// - Parameters:
    ///   - replica: A replica of a network for images, made with `needsInputGradient: true` and `fusesLayers: false`.
    ///   - maximumBatch: The largest batch of the network.
    package init(replica: Replica, maximumBatch: Int) {
        guard case .vector(_, let extent?) = replica.network.inputShape.flattened else {
            preconditionFailure("ExplainedNetwork: an input of \(replica.network.inputShape) found, an image needed")
        }
        replica.prepareWeights()
        self.replica = replica
        self.maximumBatch = maximumBatch
        layers = replica.network.layerSummaries
        inputExtent = extent
        workspace = ShardWorkspace(for: replica.network, givesInputGradient: true)
        parameterGradient = AlignedBuffer(count: replica.network.elementCount)
        let largest = layers.map(\.outputShape.count).max() ?? 0
        outputGradient = AlignedBuffer(count: maximumBatch * largest)
    }

    /// The position of the last layer, whose outputs are the logits.
    package var lastLayer: Int { layers.count - 1 }

    /// Runs images forward in evaluation mode.
    ///
    /// - Parameters:
    ///   - images: At most `maximumBatch` images, normalized as in training.
    ///   - observe: Called with each layer's position and output `[N, ...]`.
    /// - Returns: The logits of each image.
    @discardableResult
    package func run(_ images: [FloatImage], observe: (Int, TensorSlice) -> Void = { _, _ in }) -> [[Float]] {
        run(batch: images.count, load: { load(images, into: $0) }, observe: observe)
    }

    /// Runs images forward that the caller loads.
    ///
    /// - Parameters:
    ///   - batch: The number of images, at most `maximumBatch`.
    ///   - load: Writes the images, `[N, H, W, C]`.
    ///   - observe: Called with each layer's position and output `[N, ...]`.
    /// - Returns: The logits of each image.
    @discardableResult
    package func run(
        batch: Int,
        load: (TensorSlice) -> Void,
        observe: (Int, TensorSlice) -> Void = { _, _ in }
    ) -> [[Float]] {
        precondition(
            (1...maximumBatch).contains(batch),
            "ExplainedNetwork: \(batch) images found, 1 to \(maximumBatch) needed"
        )
        load(workspace.input(batch: batch))
        let logits = replica.logits(batch: batch, workspace: workspace, observe: observe).array
        let classCount = replica.network.classCount
        return (0..<batch).map { Array(logits[$0 * classCount..<($0 + 1) * classCount]) }
    }

    /// The logits of any number of images.
    ///
    /// - Parameter images: Images normalized as in training.
    /// - Returns: The logits of each image.
    package func logits(of images: [FloatImage]) -> [[Float]] {
        stride(from: 0, to: images.count, by: maximumBatch).flatMap { start in
            run(Array(images[start..<min(start + maximumBatch, images.count)]))
        }
    }

    /// The derivative of one value of a layer's output with respect to each value of the image.
    ///
    /// - Parameters:
    ///   - layer: The layer's position.
    ///   - elements: For each image the index of the value in the layer's output, in the order of memory.
    ///   - images: At most `maximumBatch` images.
    ///   - reluBackward: How ReLU passes gradients back; by default exactly.
    ///   - observeOutput: Called with each layer's output in the forward pass.
    ///   - observeGradient: Called with the gradient with respect to each layer's output in the backward pass.
    /// - Returns: One gradient per image.
    package func gradients(
        ofLayer layer: Int,
        elements: [Int],
        images: [FloatImage],
        reluBackward: ReLUBackward = .exact,
        observeOutput: (Int, TensorSlice) -> Void = { _, _ in },
        observeGradient: (Int, TensorSlice) -> Void = { _, _ in }
    ) -> [FloatImage] {
        run(images, observe: observeOutput)
        let count = layers[layer].outputShape.count
        let seed = outputGradient.slice.prefix(images.count * count)
        seed.fill(0)
        for (sample, element) in elements.enumerated() { seed[sample * count + element] = 1 }
        let gradient = replica.backward(
            from: layer,
            outputGradient: seed,
            batch: images.count,
            workspace: workspace,
            parameterGradient: parameterGradient.slice,
            reluBackward: reluBackward,
            observe: observeGradient
        ).array
        let size = replica.network.inputShape.count
        return images.indices.map { image(Array(gradient[$0 * size..<($0 + 1) * size])) }
    }

    /// An image of the size of the network's input.
    ///
    /// - Parameter values: `[H, W, C]`.
    /// - Returns: The image.
    package func image(_ values: [Float]) -> FloatImage {
        FloatImage(
            height: inputExtent.height,
            width: inputExtent.width,
            channels: inputExtent.channels,
            values: values
        )
    }

    private func load(_ images: [FloatImage], into input: TensorSlice) {
        let size = replica.network.inputShape.count
        for (sample, image) in images.enumerated() {
            input[sample * size..<(sample + 1) * size].copy(from: image.values)
        }
    }
}

extension FeatureShape {
    /// A sample's output of this shape as feature maps; nil for a vector.
    func maps(_ values: [Float]) -> FloatImage? {
        guard case .image(let height, let width, let channels) = self else { return nil }
        return FloatImage(height: height, width: width, channels: channels, values: values)
    }
}
