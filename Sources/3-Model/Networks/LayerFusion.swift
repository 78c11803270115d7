/// Joins layers that one of them can do along with its own work: a convolution with the ReLU, and the 2×2 max-pooling,
/// that follow it, a batch normalization with its ReLU.
///
/// The result is the same: `max` commutes with ReLU, and the pixel that wins is the same.
enum LayerFusion {
    static func fuse(_ layers: [NamedLayer]) -> [NamedLayer] {
        var fused: [NamedLayer] = []
        var rest = layers[...]
        while let next = rest.popFirst() {
            let epilogues = rest.prefix { $0.plan.epilogue != nil }.compactMap(\.plan.epilogue)
            let (plan, takenCount) = next.plan.fused(with: epilogues)
            rest.removeFirst(takenCount)
            fused.append(NamedLayer(name: next.name, layer: next.layer, plan: plan))
        }
        return fused
    }
}
