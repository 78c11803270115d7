/// What is applied to a convolution's result, bias included, while it is in cache.
package enum ConvolutionEpilogue: Hashable, Sendable {
    /// Nothing.
    case none
    /// ReLU.
    case relu
    /// ReLU, then the maximum of each 2x2 window with stride 2.
    ///
    /// The output's sides must be even.
    case reluMaxPool2
}
