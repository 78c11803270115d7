import CVectorKernels

/// The sizes of one two-dimensional convolution over channels-last images.
///
/// Input `[N, H, W, C]`, weights `[kernelHeight, kernelWidth, C / groups, O]`, bias `[O]`.
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
    /// Rows between the windows of outputs below each other.
    package var strideHeight: Int
    /// Columns between the windows of outputs beside each other.
    package var strideWidth: Int
    /// Rows of the image from one row of the kernel to the next.
    package var dilationHeight = 1
    /// Columns of the image from one column of the kernel to the next.
    package var dilationWidth = 1
    /// Into how many parts the channels are cut: the outputs of a part see its input channels only.
    package var groups = 1
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
        strideHeight = stride
        strideWidth = stride
        paddingTop = padding
        paddingBottom = padding
        paddingLeft = padding
        paddingRight = padding
    }

    /// Rows of an output image, before any pooling.
    package var outputHeight: Int {
        (inputHeight + paddingTop + paddingBottom - windowHeight) / strideHeight + 1
    }
    /// Columns of an output image, before any pooling.
    package var outputWidth: Int { (inputWidth + paddingLeft + paddingRight - windowWidth) / strideWidth + 1 }
    /// Rows from the kernel's first to its last.
    package var windowHeight: Int { (kernelHeight - 1) * dilationHeight + 1 }
    /// Columns from the kernel's first to its last.
    package var windowWidth: Int { (kernelWidth - 1) * dilationWidth + 1 }
    /// Input channels that an output sees.
    package var groupChannels: Int { inputChannels / groups }

    /// Floats of one input image.
    package var inputCount: Int { inputHeight * inputWidth * inputChannels }
    /// Floats of one output image, before any pooling.
    package var outputCount: Int { outputHeight * outputWidth * outputChannels }
    /// Floats of the weights.
    package var weightCount: Int { patchCount * outputChannels }
    /// Floats of the input that one output position sees.
    var patchCount: Int { kernelHeight * kernelWidth * groupChannels }
    /// Whether each channel is convolved by itself.
    var isDepthwise: Bool { groups > 1 && groups == inputChannels && groups == outputChannels }
    /// Whether kernels are whole and see all channels.
    var isPlain: Bool { groups == 1 && dilationHeight == 1 && dilationWidth == 1 }

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
            strideHeight: strideHeight,
            strideWidth: strideWidth,
            dilationHeight: dilationHeight,
            dilationWidth: dilationWidth,
            paddingTop: paddingTop,
            paddingLeft: paddingLeft,
            groupChannels: groupChannels,
            firstChannel: 0
        )
    }

    func check() {
        precondition(
            [
                inputHeight, inputWidth, inputChannels, outputChannels, kernelHeight, kernelWidth, strideHeight,
                strideWidth, dilationHeight, dilationWidth, groups,
            ].allSatisfy { $0 > 0 }
                && inputChannels % groups == 0 && outputChannels % groups == 0
                && [paddingTop, paddingBottom, paddingLeft, paddingRight].allSatisfy { $0 >= 0 },
            "ConvolutionShape: \(self) found, sizes of 1 or more, padding of 0 or more and groups that divide the channels needed"
        )
        precondition(
            inputHeight + paddingTop + paddingBottom >= windowHeight
                && inputWidth + paddingLeft + paddingRight >= windowWidth,
            "ConvolutionShape: \(self) found, a kernel no larger than the padded image needed"
        )
    }
}
