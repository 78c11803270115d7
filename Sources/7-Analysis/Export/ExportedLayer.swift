import Networks

/// A layer of the exported network.
struct ExportedLayer {
    /// The place: `3`, or `4.body.0`.
    let name: String
    /// The layer itself.
    let layer: any Layer
    /// The shape of one sample's input.
    let inputShape: FeatureShape
    /// The shape of one sample's output.
    let outputShape: FeatureShape
    /// The sequences inside of the layer.
    let branches: [Sequential]
    /// The name of its input.
    var input = ""

    /// The kind in configuration files.
    var kind: String { type(of: layer).kind }

    /// The name of one of its tensors.
    func tensor(_ suffix: String) -> String { "\(name).\(suffix)" }

    /// The error for a layer that the other format can't express.
    func noCounterpart(in format: String) -> ExportError {
        .noCounterpart(layer: name, kind: kind, format: format)
    }

    /// The layers of a sequence, with their input shapes.
    static func layers(of sequence: [NamedLayer], inputShape: FeatureShape) -> [ExportedLayer] {
        var shape = inputShape
        return sequence.map { named in
            defer { shape = named.plan.outputShape }
            return ExportedLayer(
                name: named.name,
                layer: named.layer,
                inputShape: shape,
                outputShape: named.plan.outputShape,
                branches: named.plan.branches
            )
        }
    }
}

extension Extent {
    /// Rows, then columns.
    var both: [Int] { [rows, columns] }
    /// One number for a square, otherwise a Python tuple.
    var python: String { rows == columns ? "\(rows)" : "(\(rows), \(columns))" }
}

extension FeatureShape {
    /// The channels of an image, or the values of a vector.
    var channelCount: Int {
        switch self {
        case .image(_, _, let channels): channels
        case .vector(let count, _): count
        }
    }

    /// The shape in files: `[C, H, W]` or `[F]`.
    var fileExtents: [Int] {
        switch self {
        case .image(let height, let width, let channels): [channels, height, width]
        case .vector(let count, _): [count]
        }
    }
}
