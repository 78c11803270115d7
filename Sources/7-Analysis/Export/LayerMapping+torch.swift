import Networks

// Modules of torch.nn, one function per layer.
extension LayerMapping {
    @Sendable
    static func convolution(
        _ layer: Conv2D,
        _ place: ExportedLayer,
        _ source: inout TorchSource
    ) throws(ExportError) -> String {
        let channels = place.inputShape.channelCount
        var arguments = ["\(channels)", "\(layer.outputChannels)", layer.kernel.python]
        if layer.stride != 1 { arguments.append("stride=\(layer.stride.python)") }
        if layer.dilation != 1 { arguments.append("dilation=\(layer.dilation.python)") }
        if layer.groups != 1 { arguments.append("groups=\(layer.groups)") }
        if !layer.hasBias { arguments.append("bias=False") }
        let zeros = layer.padding(around: place.inputShape)
        guard zeros.top == zeros.bottom, zeros.left == zeros.right else {
            guard layer.paddingMode == .zeros else { throw place.noCounterpart(in: "PyTorch") }
            source.need(.paddedConvolution)
            let around = "zeros=(\(zeros.left), \(zeros.right), \(zeros.top), \(zeros.bottom))"
            return "PaddedConv2d(\((arguments + [around]).joined(separator: ", ")))"
        }
        if zeros.top == zeros.left {
            if zeros.top != 0 { arguments.append("padding=\(zeros.top)") }
        } else {
            arguments.append("padding=(\(zeros.top), \(zeros.left))")
        }
        if layer.paddingMode != .zeros { arguments.append("padding_mode='\(layer.paddingMode.rawValue)'") }
        return "nn.Conv2d(\(arguments.joined(separator: ", ")))"
    }

    @Sendable
    static func linear(_ layer: Linear, _ place: ExportedLayer, _ source: inout TorchSource) -> String {
        let bias = layer.hasBias ? "" : ", bias=False"
        return "nn.Linear(\(place.inputShape.count), \(place.outputShape.count)\(bias))"
    }

    @Sendable
    static func batchNorm(
        _ layer: BatchNorm2D,
        _ place: ExportedLayer,
        _ source: inout TorchSource
    ) -> String {
        source.affine(layer.hasWeight, layer.hasBias) { affine in
            "nn.BatchNorm2d(\(place.inputShape.channelCount), eps=\(layer.epsilon), momentum=\(layer.momentum)\(affine))"
        }
    }

    @Sendable
    static func maxPool(_ layer: MaxPool2D, _ place: ExportedLayer, _ source: inout TorchSource) -> String {
        "nn.MaxPool2d(\(arguments(layer.window)))"
    }

    @Sendable
    static func averagePool(_ layer: AveragePool2D, _ place: ExportedLayer, _ source: inout TorchSource) -> String {
        let counted = layer.countsPadding ? "" : ", count_include_pad=False"
        return "nn.AvgPool2d(\(arguments(layer.window))\(counted))"
    }

    private static func arguments(_ window: PoolingWindow) -> String {
        "\(window.kernel.python), stride=\(window.stride.python)"
            + (window.padding == 0 ? "" : ", padding=\(window.padding.python)")
            + (window.roundsUp ? ", ceil_mode=True" : "")
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
