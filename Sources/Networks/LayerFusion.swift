import Convolution

/// Joins a convolution with the rectifier, and the 2×2 max-pooling, that follow it, so that their work is done while a
/// tile is in cache. The result is the same: `max` commutes with ReLU, and the pixel that wins is the same.
enum LayerFusion {
    static func fuse(_ layers: [any Layer]) -> [any Layer] {
        var fused: [any Layer] = []
        var rest = layers[...]
        while let layer = rest.popFirst() {
            guard let convolution = layer as? Conv2D, rest.first is ReLU else {
                fused.append(layer)
                continue
            }
            rest.removeFirst()
            if let pool = rest.first as? MaxPool2D, pool.shape.isHalving {
                rest.removeFirst()
                fused.append(convolution.fused(with: .reluMaxPool2))
            } else {
                fused.append(convolution.fused(with: .relu))
            }
        }
        return fused
    }
}
