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
    /// The vertical stride.
    package var strideHeight: Int
    /// The horizontal stride.
    package var strideWidth: Int
    /// The vertical dilation: rows of the image from one row of the kernel to the next.
    package var dilationHeight = 1
    /// The horizontal dilation: columns of the image from one column of the kernel to the next.
    package var dilationWidth = 1
    /// The number of groups of channels: outputs of a group depend only on its input channels.
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
    /// Rows of the image that a dilated kernel spans.
    package var windowHeight: Int { (kernelHeight - 1) * dilationHeight + 1 }
    /// Columns of the image that a dilated kernel spans.
    package var windowWidth: Int { (kernelWidth - 1) * dilationWidth + 1 }
    /// Input channels per group.
    package var groupChannels: Int { inputChannels / groups }
    /// Output channels per group.
    var groupOutputs: Int { outputChannels / groups }

    /// Floats of one input image.
    package var inputCount: Int { inputHeight * inputWidth * inputChannels }
    /// Floats of one output image, before any pooling.
    package var outputCount: Int { outputHeight * outputWidth * outputChannels }
    /// Floats of the weights.
    package var weightCount: Int { patchCount * outputChannels }
    /// Floats of the input on which one output position depends.
    var patchCount: Int { kernelHeight * kernelWidth * groupChannels }
    /// Whether each channel has its own filter.
    var isDepthwise: Bool { groups > 1 && groups == inputChannels && groups == outputChannels }
    /// Whether the taps of the kernel aren't neighbours in the image.
    package var isDilated: Bool { dilationHeight > 1 || dilationWidth > 1 }
    /// Whether the stride isn't 1.
    var isStrided: Bool { strideHeight > 1 || strideWidth > 1 }
    /// Whether there is neither dilation nor more than one group.
    var isPlain: Bool { groups == 1 && !isDilated }

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
