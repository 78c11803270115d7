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
            guard rest.first?.layer is ReLU else {
                fused.append(next)
                continue
            }
            if let normalization = next.layer as? BatchNorm2D {
                rest.removeFirst()
                fused.append(NamedLayer(name: next.name, layer: normalization.rectified))
                continue
            }
            guard let convolution = next.layer as? Conv2D else {
                fused.append(next)
                continue
            }
            rest.removeFirst()
            if let pool = rest.first?.layer as? MaxPool2D, pool.shape.isHalving {
                rest.removeFirst()
                fused.append(NamedLayer(name: next.name, layer: convolution.fused(with: .reluMaxPool2)))
            } else {
                fused.append(NamedLayer(name: next.name, layer: convolution.fused(with: .relu)))
            }
        }
        return fused
    }
}
