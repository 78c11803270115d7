import CVectorKernels

/// The sizes of one two-dimensional convolution over channels-last images.
///
/// Input `[N, H, W, C]`, weights `[kernelHeight, kernelWidth, C, O]`, bias `[O]`.
package struct ConvolutionShape: Hashable, Sendable {
    /// Rows of an input image.
    package var inputHeight: Int
    /// Columns of an input image.
    package var inputWidth: Int
    /// Channels of an input image.
    package var inputChannels: Int
    /// Channels of an output image.
    package var outputChannels: Int
    /// Rows of the kernel.
    package var kernelHeight: Int
    /// Columns of the kernel.
    package var kernelWidth: Int
    /// Distance between the windows of neighbouring outputs, in both directions.
    package var stride: Int
    /// Rows of zeros above the image.
    package var paddingTop: Int
    /// Rows of zeros below the image.
    package var paddingBottom: Int
    /// Columns of zeros left of the image.
    package var paddingLeft: Int
    /// Columns of zeros right of the image.
    package var paddingRight: Int

    /// A convolution with the same zeros on all four sides.
    package init(
        inputHeight: Int,
        inputWidth: Int,
        inputChannels: Int,
        outputChannels: Int,
        kernelHeight: Int,
        kernelWidth: Int,
        stride: Int = 1,
        padding: Int = 0
    ) {
        self.inputHeight = inputHeight
        self.inputWidth = inputWidth
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.kernelHeight = kernelHeight
        self.kernelWidth = kernelWidth
        self.stride = stride
        paddingTop = padding
        paddingBottom = padding
        paddingLeft = padding
        paddingRight = padding
    }

    /// Rows of an output image, before any pooling.
    package var outputHeight: Int { (inputHeight + paddingTop + paddingBottom - kernelHeight) / stride + 1 }
    /// Columns of an output image, before any pooling.
    package var outputWidth: Int { (inputWidth + paddingLeft + paddingRight - kernelWidth) / stride + 1 }

    /// Floats of one input image.
    package var inputCount: Int { inputHeight * inputWidth * inputChannels }
    /// Floats of one output image, before any pooling.
    package var outputCount: Int { outputHeight * outputWidth * outputChannels }
    /// Floats of the weights.
    package var weightCount: Int { patchCount * outputChannels }
    /// Floats of the input that one output position sees.
    var patchCount: Int { kernelHeight * kernelWidth * inputChannels }

    /// Multiplications and additions of one image's forward pass in the plain algorithm: the usual basis of GFLOP/s.
    package var operationsPerImage: Int { 2 * outputHeight * outputWidth * weightCount }

    var geometry: ConvolutionGeometry {
        ConvolutionGeometry(
            inputHeight: inputHeight,
            inputWidth: inputWidth,
            inputChannels: inputChannels,
            outputHeight: outputHeight,
            outputWidth: outputWidth,
            outputChannels: outputChannels,
            kernelHeight: kernelHeight,
            kernelWidth: kernelWidth,
            stride: stride,
            paddingTop: paddingTop,
            paddingLeft: paddingLeft
        )
    }

    func check() {
        precondition(
            [inputHeight, inputWidth, inputChannels, outputChannels, kernelHeight, kernelWidth, stride]
                .allSatisfy { $0 > 0 }
                && [paddingTop, paddingBottom, paddingLeft, paddingRight].allSatisfy { $0 >= 0 },
            "ConvolutionShape: \(self) found, sizes of 1 or more and padding of 0 or more needed"
        )
        precondition(
            inputHeight + paddingTop + paddingBottom >= kernelHeight
                && inputWidth + paddingLeft + paddingRight >= kernelWidth,
            "ConvolutionShape: \(self) found, a kernel no larger than the padded image needed"
        )
    }
}
