import ConfigurationFiles
import Networks

extension LayerRegistry {
    /// Pooling layers.
    static let pools = [
        Entry(AveragePool1D.self, means: "average pooling of sequences, [C, L]") {
            options throws(ConfigurationError) in
            let window = try options.rowWindow()
            return AveragePool1D(
                kernel: window.kernel,
                stride: window.stride,
                padding: window.padding,
                roundsUp: try options.ceil(),
                countsPadding: try options.countsPadding()
            )
        },
        Entry(AveragePool2D.self, means: "average pooling") { options throws(ConfigurationError) in
            let kernel = try options.windowKernel()
            return AveragePool2D(
                kernel: kernel,
                stride: try options.windowStride(kernel: kernel),
                padding: try options.windowPadding(),
                roundsUp: try options.ceil(),
                countsPadding: try options.countsPadding()
            )
        },
        Entry(GlobalAveragePool.self, means: "global average pooling: the mean of each channel") {
            _ throws(ConfigurationError) in
            GlobalAveragePool()
        },
        Entry(GlobalMaxPool.self, means: "global max pooling: the largest value of each channel") {
            _ throws(ConfigurationError) in
            GlobalMaxPool()
        },
        Entry(MaxPool1D.self, means: "max pooling of sequences, [C, L]") {
            options throws(ConfigurationError) in
            let window = try options.rowWindow()
            return MaxPool1D(
                kernel: window.kernel,
                stride: window.stride,
                padding: window.padding,
                roundsUp: try options.ceil()
            )
        },
        Entry(MaxPool2D.self, means: "max pooling") { options throws(ConfigurationError) in
            let kernel = try options.windowKernel()
            return MaxPool2D(
                kernel: kernel,
                stride: try options.windowStride(kernel: kernel),
                padding: try options.windowPadding(),
                roundsUp: try options.ceil()
            )
        },
    ]
}

extension OptionReader {
    fileprivate func windowKernel() throws(ConfigurationError) -> Extent {
        try extent("kernel", in: 1...256, means: "sides of a window in pixels")
    }

    fileprivate func windowStride(kernel: Extent) throws(ConfigurationError) -> Extent {
        let meaning = "stride in pixels"
        return try extent("stride", default: kernel, saidAs: "kernel", in: 1...1024, means: meaning)
    }

    fileprivate func windowPadding() throws(ConfigurationError) -> Extent {
        let meaning = "pixels that windows reach beyond the input, at most half the kernel's"
        return try extent("padding", default: 0, in: 0...128, means: meaning)
    }

    fileprivate func rowWindow() throws(ConfigurationError) -> (kernel: Int, stride: Int, padding: Int) {
        let kernel = try integer("kernel", in: 1...256, means: "length of a window")
        let stride = try integer(
            "stride",
            default: kernel,
            saidAs: "kernel",
            in: 1...1024,
            means: "stride"
        )
        let meaning = "how far windows reach beyond the input, at most half the kernel"
        return (kernel, stride, try integer("padding", default: 0, in: 0...128, means: meaning))
    }

    fileprivate func countsPadding() throws(ConfigurationError) -> Bool {
        try boolean("countIncludePad", default: true, means: "means include the padding, which is 0")
    }

    fileprivate func ceil() throws(ConfigurationError) -> Bool {
        try boolean("ceil", default: false, means: "round the output's size up")
    }
}
