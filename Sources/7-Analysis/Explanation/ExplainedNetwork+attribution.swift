import Networks
import Tensors

// How much each pixel contributes to a class's logit; definitions and defaults are Captum's.
extension ExplainedNetwork {
    /// Saliency: the derivative of a class's logit with respect to each value of the image (Simonyan et al., "Deep
    /// inside convolutional networks", 2014, section 3); absolute values, as is Captum's default.
    ///
    /// - Parameters:
    ///   - image: The image.
    ///   - label: The class.
    ///   - isAbsolute: Whether to take absolute values.
    /// - Returns: `[H, W, C]`.
    package func saliency(of image: FloatImage, label: Int, isAbsolute: Bool = true) -> FloatImage {
        let gradient = gradients(ofLayer: lastLayer, elements: [label], images: [image])[0]
        return isAbsolute ? gradient.mapValues(abs) : gradient
    }

    /// Guided backpropagation: like saliency, but ReLU passes only positive gradients back (Springenberg et al.,
    /// "Striving for simplicity", 2015, section 3.4).
    ///
    /// - Parameters:
    ///   - image: The image.
    ///   - label: The class.
    /// - Returns: `[H, W, C]`.
    package func guidedBackpropagation(of image: FloatImage, label: Int) -> FloatImage {
        gradients(ofLayer: lastLayer, elements: [label], images: [image], reluBackward: .guided)[0]
    }

    /// Grad-CAM: the sum of a layer's feature maps, each weighted by its mean derivative (Selvaraju et al., "Grad-CAM",
    /// 2017, equations 1 and 2).
    ///
    /// - Parameters:
    ///   - image: The image.
    ///   - label: The class.
    ///   - layer: The position of a layer with feature maps.
    ///   - appliesReLU: Whether negative sums become 0, as in the paper's equation 2; Captum doesn't do that by
    ///     default.
    /// - Returns: One channel, of the layer's height and width.
    package func gradCAM(of image: FloatImage, label: Int, layer: Int, appliesReLU: Bool = false) -> FloatImage {
        let shape = layers[layer].outputShape
        guard case .image(let height, let width, let channels) = shape else {
            preconditionFailure("gradCAM: layer \(layer) with an output of \(shape) found, an image needed")
        }
        var maps: [Float] = []
        var weights = Array(repeating: Float(0), count: channels)
        _ = gradients(
            ofLayer: lastLayer,
            elements: [label],
            images: [image],
            observeOutput: { if $0 == layer { maps = $1.array } },
            observeGradient: { position, gradient in
                guard position == layer else { return }
                for i in 0..<gradient.count { weights[i % channels] += gradient[i] / Float(height * width) }
            }
        )
        return FloatImage(height: height, width: width, channels: channels, values: maps).mapPixels { pixel in
            let sum = zip(pixel, weights).reduce(Float(0)) { $0 + $1.0 * $1.1 }
            return appliesReLU ? max(sum, 0) : sum
        }
    }

    /// The layer for Grad-CAM: the last convolution or residual block, after its normalization and ReLU; nil if there
    /// is none.
    package var gradCAMLayer: Int? {
        guard var layer = layers.lastIndex(where: { $0.role == .featureMaps }) else { return nil }
        while layer < lastLayer, layers[layer + 1].role == .pointwise { layer += 1 }
        return layer
    }

    /// Occlusion: the decrease of a class's logit when a square of the image is covered (Zeiler and Fergus,
    /// "Visualizing and understanding convolutional networks", 2014, section 4.2).
    ///
    /// Squares start every `stride` pixels and are cut off at the edge; a pixel gets the mean over the squares that
    /// cover it, as in Captum.
    ///
    /// - Parameters:
    ///   - image: The image.
    ///   - label: The class.
    ///   - window: The square's side in pixels.
    ///   - stride: Pixels from one square to the next, at most `window`.
    ///   - baseline: The value of covered pixels; by default 0, the mean color after normalization, as in Captum.
    /// - Returns: `[H, W, 1]`, since squares cover all channels.
    package func occlusion(
        of image: FloatImage,
        label: Int,
        window: Int,
        stride: Int,
        baseline: Float = 0
    ) -> FloatImage {
        precondition(
            window >= 1 && (1...window).contains(stride),
            "occlusion: a window of \(window) every \(stride) pixels found, one that leaves no gap needed"
        )
        let rows = Self.windows(in: image.height, window: window, stride: stride)
        let columns = Self.windows(in: image.width, window: window, stride: stride)
        let squares = rows.flatMap { row in columns.map { (rows: row, columns: $0) } }
        let covered = squares.map { square in
            var covered = image
            for row in square.rows {
                for column in square.columns {
                    for channel in 0..<image.channels { covered[row, column, channel] = baseline }
                }
            }
            return covered
        }
        let logits = logits(of: [image] + covered).map { $0[label] }
        var falls = image.mapPixels { _ in 0 }
        var counts = falls
        for (square, logit) in zip(squares, logits.dropFirst()) {
            for row in square.rows {
                for column in square.columns {
                    falls[row, column, 0] += logits[0] - logit
                    counts[row, column, 0] += 1
                }
            }
        }
        falls.values = zip(falls.values, counts.values).map { $0 / $1 }
        return falls
    }

    private static func windows(in extent: Int, window: Int, stride: Int) -> [Range<Int>] {
        let count = max(0, extent - window + stride - 1) / stride + 1
        return (0..<count).map { $0 * stride..<min($0 * stride + window, extent) }
    }
}
