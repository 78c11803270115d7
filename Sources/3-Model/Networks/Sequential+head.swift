extension Sequential {
    /// Where the head starts: the dense layers after the last image, if most of the parameters are theirs and some are
    /// not; else 0.
    ///
    /// The gradients of such a head are worth having early: they are most of what has to be reduced, and computing the
    /// others takes most of the time.
    var headStart: Int {
        let layers = layers
        let lastImage = layers.lastIndex { if case .image = $0.plan.outputShape { true } else { false } }
        guard let lastImage, let start = layers[lastImage...].firstIndex(where: { $0.layer.role == .dense }) else {
            return 0
        }
        let counts = layers.map { $0.plan.parameters.reduce(0) { $0 + $1.count } }
        let backboneCount = counts[..<start].reduce(0, +)
        return backboneCount > 0 && counts[start...].reduce(0, +) >= backboneCount ? start : 0
    }
}
