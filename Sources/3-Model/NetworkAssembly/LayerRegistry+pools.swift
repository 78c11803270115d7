import ConfigurationFiles
import Networks

extension LayerRegistry {
    /// Pooling layers.
    static let pools = [
        Entry(AveragePool1D.self, means: "average pooling of sequences, [C, L]") {
            options throws(ConfigurationError) in
            AveragePool1D(row: AveragePool2D(try options.rowWindow(), countsPadding: try options.countsPadding()))
        },
        Entry(AveragePool2D.self, means: "average pooling") { options throws(ConfigurationError) in
            AveragePool2D(try options.window(), countsPadding: try options.countsPadding())
        },
        Entry(GlobalAveragePool.self, means: "global average pooling: the mean of each channel") {
            _ throws(ConfigurationError) in
            GlobalAveragePool()
        },
        Entry(GlobalMaxPool.self, means: "global max pooling: the largest value of each channel") {
            _ throws(ConfigurationError) in
            GlobalMaxPool()
        },
        Entry(MaxPool1D.self, means: "max pooling of sequences, [C, L]") { options throws(ConfigurationError) in
            MaxPool1D(row: MaxPool2D(try options.rowWindow()))
        },
        Entry(MaxPool2D.self, means: "max pooling") { options throws(ConfigurationError) in
            MaxPool2D(try options.window())
        },
    ]
}

extension OptionReader {
    fileprivate func window() throws(ConfigurationError) -> PoolingWindow {
        let kernel = try extent("kernel", in: 1...256, means: "sides of a window in pixels")
        let reach = "pixels that windows reach beyond the input, at most half the kernel's"
        return PoolingWindow(
            kernel: kernel,
            stride: try extent("stride", default: kernel, saidAs: "kernel", in: 1...1024, means: "stride in pixels"),
            padding: try extent("padding", default: 0, in: 0...128, means: reach),
            roundsUp: try ceil()
        )
    }

    fileprivate func rowWindow() throws(ConfigurationError) -> PoolingWindow {
        let kernel = try integer("kernel", in: 1...256, means: "length of a window")
        let reach = "how far windows reach beyond the input, at most half the kernel"
        return .columns(
            kernel: kernel,
            stride: try integer("stride", default: kernel, saidAs: "kernel", in: 1...1024, means: "stride"),
            padding: try integer("padding", default: 0, in: 0...128, means: reach),
            roundsUp: try ceil()
        )
    }

    private func ceil() throws(ConfigurationError) -> Bool {
        try boolean("ceil", default: false, means: "round the output's size up")
    }

    fileprivate func countsPadding() throws(ConfigurationError) -> Bool {
        try boolean("countIncludePad", default: true, means: "means include the padding, which is 0")
    }
}
