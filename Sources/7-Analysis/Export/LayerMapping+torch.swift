import Networks

// Modules of torch.nn, one function a layer.
extension LayerMapping {
    @Sendable
    static func convolution(_ layer: Conv2D, _ place: ExportedLayer, _ source: inout TorchSource) -> String {
        let channels = place.inputShape.channelCount
        var arguments = ["\(channels)", "\(layer.outputChannels)", "\(layer.kernel)"]
        if layer.stride != 1 { arguments.append("stride=\(layer.stride)") }
        if !layer.hasBias { arguments.append("bias=False") }
        let zeros = layer.zeros(around: place.inputShape)
        guard zeros.top == zeros.bottom, zeros.left == zeros.right else {
            source.need(.paddedConvolution)
            let around = "zeros=(\(zeros.left), \(zeros.right), \(zeros.top), \(zeros.bottom))"
            return "PaddedConv2d(\((arguments + [around]).joined(separator: ", ")))"
        }
        if zeros.top == zeros.left {
            if zeros.top != 0 { arguments.append("padding=\(zeros.top)") }
        } else {
            arguments.append("padding=(\(zeros.top), \(zeros.left))")
        }
        return "nn.Conv2d(\(arguments.joined(separator: ", ")))"
    }

    @Sendable
    static func linear(_ layer: Linear, _ place: ExportedLayer, _ source: inout TorchSource) -> String {
        let bias = layer.hasBias ? "" : ", bias=False"
        return "nn.Linear(\(place.inputShape.count), \(place.outputShape.count)\(bias))"
    }

    @Sendable
    static func batchNorm(_ layer: BatchNorm2D, _ place: ExportedLayer, _ source: inout TorchSource) -> String {
        "nn.BatchNorm2d(\(place.inputShape.channelCount), eps=\(layer.epsilon), momentum=\(layer.momentum))"
    }

    @Sendable
    static func maxPool(_ layer: MaxPool2D, _ place: ExportedLayer, _ source: inout TorchSource) -> String {
        "nn.MaxPool2d(\(layer.kernel), stride=\(layer.stride))"
    }

    @Sendable
    static func averagePool(_ layer: AveragePool2D, _ place: ExportedLayer, _ source: inout TorchSource) -> String {
        "nn.AvgPool2d(\(layer.kernel), stride=\(layer.stride))"
    }

    @Sendable
    static func globalAveragePool(
        _ layer: GlobalAveragePool,
        _ place: ExportedLayer,
        _ source: inout TorchSource
    ) -> String {
        "nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())"
    }

    @Sendable
    static func flatten(_ layer: Flatten, _ place: ExportedLayer, _ source: inout TorchSource) -> String {
        "nn.Flatten()"
    }

    @Sendable
    static func relu(_ layer: ReLU, _ place: ExportedLayer, _ source: inout TorchSource) -> String { "nn.ReLU()" }

    @Sendable
    static func dropout(_ layer: Dropout, _ place: ExportedLayer, _ source: inout TorchSource) -> String {
        "nn.Dropout(\(layer.probability))"
    }

    @Sendable
    static func residual(
        _ layer: Residual,
        _ place: ExportedLayer,
        _ source: inout TorchSource
    ) throws(ExportError) -> String {
        source.need(.residual)
        var branches: [String] = []
        for branch in place.branches {
            branches.append(try source.sequential(branch.layers, inputShape: place.inputShape))
        }
        return "Residual(\(branches.joined(separator: ", ")))"
    }
}

extension FeatureShape {
    /// The channels of an image; of a vector its numbers.
    var channelCount: Int {
        switch self {
        case .image(_, _, let channels): channels
        case .vector(let count, _): count
        }
    }
}
