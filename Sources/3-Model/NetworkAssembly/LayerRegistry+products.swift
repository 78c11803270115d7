import ConfigurationFiles
import Networks

extension LayerRegistry {
    /// Layers that multiply by trained weights.
    static let products = [
        Entry(Conv1D.self, means: "a convolution of sequences, [C, L]") {
            options throws(ConfigurationError) in
            Conv1D(
                outputChannels: try options.outputChannels(),
                kernel: try options.integer("kernel", in: 1...1024, means: "length of a window"),
                stride: try options.integer("stride", default: 1, in: 1...1024, means: "stride"),
                padding: try options.columnPadding(),
                paddingMode: try options.paddingMode(),
                dilation: try options.integer(
                    "dilation",
                    default: 1,
                    in: 1...1024,
                    means: "the filters' dilation"
                ),
                groups: try options.groups(),
                hasBias: try options.hasBias()
            )
        },
        Entry(Conv2D.self, means: "a convolution") { options throws(ConfigurationError) in
            Conv2D(
                outputChannels: try options.outputChannels(),
                kernel: try options.kernel(),
                stride: try options.stride(),
                padding: try options.padding(),
                paddingMode: try options.paddingMode(),
                dilation: try options.extent(
                    "dilation",
                    default: 1,
                    in: 1...1024,
                    means: "the filters' dilation in pixels"
                ),
                groups: try options.groups(),
                hasBias: try options.hasBias()
            )
        },
        Entry(
            LocallyConnected2D.self,
            means: "a convolution without shared weights: each output pixel has its own filters"
        ) {
            options throws(ConfigurationError) in
            LocallyConnected2D(
                outputChannels: try options.outputChannels(),
                kernel: try options.kernel(),
                stride: try options.stride(),
                padding: try options.padding(),
                hasBias: try options.hasBias()
            )
        },
        Entry(Linear.self, means: "a dense layer: every output is a weighted sum of all inputs") {
            options throws(ConfigurationError) in
            Linear(
                outputFeatures: try options.outputFeatures(),
                hasBias: try options.hasBias()
            )
        },
    ]
}

/// The words for the padding of a convolution.
private enum PaddingWord: String, CaseIterable {
    case same, valid
}

/// The words for the number of a dense layer's outputs.
private enum OutputWord: String, CaseIterable {
    case classes
}

extension OptionReader {
    /// `same`, `valid`, a number of pixels or `[rows, columns]`; by default `valid`.
    fileprivate func padding() throws(ConfigurationError) -> Conv2D.Padding {
        let meaning = "pixels around the input, a number or [rows, columns]; same keeps its size, valid adds none"
        if isList("padding") { return .pixels(try extent("padding", in: 0...1024, means: meaning)) }
        return try padding(means: meaning) { Extent($0) }
    }

    /// `same`, `valid` or a number; by default `valid`.
    fileprivate func columnPadding() throws(ConfigurationError) -> Conv2D.Padding {
        try padding(means: "padding around the input; same keeps its size, valid adds none") {
            Extent(rows: 0, columns: $0)
        }
    }

    private func padding(
        means meaning: String,
        extent: (Int) -> Extent
    ) throws(ConfigurationError) -> Conv2D.Padding {
        let padding: IntegerOrWord<PaddingWord> = try integerOrWord(
            "padding",
            default: .word(.valid),
            in: 0...1024,
            means: meaning
        )
        return switch padding {
        case .integer(let count): .pixels(extent(count))
        case .word(.same): .same
        case .word(.valid): .valid
        }
    }

    fileprivate func kernel() throws(ConfigurationError) -> Extent {
        try extent("kernel", in: 1...1024, means: "sides of a window in pixels")
    }

    fileprivate func stride() throws(ConfigurationError) -> Extent {
        try extent("stride", default: 1, in: 1...1024, means: "stride in pixels")
    }

    /// A number of outputs, or `classes`: nil.
    fileprivate func outputFeatures() throws(ConfigurationError) -> Int? {
        let meaning = "how many outputs; classes: one for each class of the data set, as the last layer needs them"
        let count: IntegerOrWord<OutputWord> = try integerOrWord("outputFeatures", in: 1...1 << 24, means: meaning)
        return switch count {
        case .integer(let count): count
        case .word(.classes): nil
        }
    }

    fileprivate func outputChannels() throws(ConfigurationError) -> Int {
        try integer("outputChannels", in: 1...1 << 16, means: "number of filters")
    }

    fileprivate func paddingMode() throws(ConfigurationError) -> PaddingMode {
        try choice(
            "paddingMode",
            default: PaddingMode.zeros,
            means: "values of the padding: zeros, the reflected input, its edge, or its other end"
        )
    }

    fileprivate func groups() throws(ConfigurationError) -> Int {
        try integer(
            "groups",
            default: 1,
            in: 1...1 << 16,
            means: "groups of channels that are convolved separately; as many as channels is depthwise"
        )
    }

    fileprivate func hasBias() throws(ConfigurationError) -> Bool {
        try boolean("bias", default: true, means: "add a trained bias to each output")
    }
}
