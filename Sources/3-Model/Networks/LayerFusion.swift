import Convolution

/// Joins a convolution with the rectifier, and the 2×2 max-pooling, that follow it, and a batch normalization with its
/// rectifier: their work is done in cache.
///
/// The result is the same: `max` commutes with ReLU, and the pixel that wins is the same.
enum LayerFusion {
    static func fuse(_ layers: [NamedLayer]) -> [NamedLayer] {
        var fused: [NamedLayer] = []
        var rest = layers[...]
        while let next = rest.popFirst() {
            fused.append(next)
            guard rest.first?.layer is ReLU, let layer = rectified(next.layer, before: rest.dropFirst()) else {
                continue
            }
            rest.removeFirst(layer.taken)
            fused[fused.count - 1] = NamedLayer(name: next.name, layer: layer.fused)
        }
        return fused
    }

    /// A layer with the rectifier after it, and how many layers that takes in; nil where there is no such layer.
    private static func rectified(
        _ layer: any Layer,
        before next: ArraySlice<NamedLayer>
    ) -> (fused: any Layer, taken: Int)? {
        switch layer {
        case let convolution as Conv2D:
            let isPooled = (next.first?.layer as? MaxPool2D)?.shape.isHalving ?? false
            return (convolution.fused(with: isPooled ? .reluMaxPool2 : .relu), isPooled ? 2 : 1)
        case let normalization as BatchNorm2D:
            return (normalization.rectified, 1)
        default:
            return nil
        }
    }
}
