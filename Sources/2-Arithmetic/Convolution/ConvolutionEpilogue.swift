/// What is done to a convolution's result, bias added, while it is in cache.
package enum ConvolutionEpilogue: Hashable, Sendable {
    /// Nothing.
    case none
    /// ReLU.
    case relu
    /// ReLU, then the greatest of each 2x2 window, stride 2. Needs even output sizes.
    case reluMaxPool2
}
