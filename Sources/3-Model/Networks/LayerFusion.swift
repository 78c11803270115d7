/// Fuses layers that can be computed in one pass: a convolution with the ReLU and the 2×2 max-pooling after it, or a
/// batch normalization with its activation.
///
/// The result is the same: the maximum commutes with ReLU, and is at the same pixel.
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
