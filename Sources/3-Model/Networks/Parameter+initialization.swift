import Tensors

/// The distribution of a parameter's initial values.
package enum ParameterInitializer: Sendable, Equatable {
    /// All values are the same.
    case constant(Float)
    /// Weights that connect `fanIn` inputs to `fanOut` outputs, in groups; `Initialization` chooses the distribution.
    case weights(fanIn: Int, fanOut: Int, groups: Int = 1)
    /// A bias beside such weights.
    case bias(fanIn: Int)
}

extension Parameter {
    /// Draws the initial values, in file order, except those of `whitening`, which are computed from images.
    ///
    /// - Parameters:
    ///   - scheme: The distribution.
    ///   - random: The parameter's random stream.
    /// - Returns: `count` floats.
    func initialValues(_ scheme: Initialization, random: inout RandomStream) -> [Float] {
        switch initializer {
        case .constant(let value): return Array(repeating: scheme == .zeros ? 0 : value, count: count)
        case .bias(let fanIn): return scheme.biases(count, fanIn: fanIn, random: &random)
        case .weights(let fanIn, let fanOut, let groups):
            switch scheme {
            case .pytorch, .heNormal, .xavierUniform, .unitVariance, .zeros:
                return scheme.weights(count, fanIn: fanIn, fanOut: fanOut, random: &random)
            case .orthogonal:
                return OrthogonalMatrix.values(rows: shape[0], columns: count / shape[0], random: &random)
            case .dirac:
                var values = Initialization.pytorch.weights(count, fanIn: fanIn, fanOut: fanOut, random: &random)
                makeFirstFiltersIdentities(&values, groups: groups)
                return values
            case .whitening: preconditionFailure("\(name): whitening found, which needs images")
            }
        }
    }

    /// Makes filter i of a group the identity of its channel i, as far as it has both.
    private func makeFirstFiltersIdentities(_ values: inout [Float], groups: Int) {
        let (channels, taps) = (shape[1], shape[2...].reduce(1, *))
        // The centre of the filter, where PyTorch's dirac_ has it: row KH / 2, column KW / 2.
        let centre = shape[2...].reduce(0) { $0 * $1 + $1 / 2 }
        for filter in 0..<shape[0] {
            let (channel, start) = (filter % (shape[0] / groups), filter * channels * taps)
            guard channel < channels else { continue }
            for index in start..<start + channels * taps { values[index] = 0 }
            values[start + channel * taps + centre] = 1
        }
    }

    /// Why these initial values don't fit the tensor; nil if they do.
    ///
    /// - Parameters:
    ///   - scheme: The distribution.
    ///   - isFirst: Whether the layer's input is the network's.
    /// - Returns: What is needed, and what was found.
    func problem(with scheme: Initialization, isFirst: Bool) -> String? {
        switch (scheme, initializer) {
        case (.pytorch, _), (.zeros, _), (_, .bias): return nil
        case (_, .constant):
            return "\(scheme.rawValue) is for weights of products; \(name) can begin with pytorch or zeros"
        case (.heNormal, .weights), (.xavierUniform, .weights), (.unitVariance, .weights): return nil
        case (.orthogonal, .weights):
            return layout == .pixelFilters ? "orthogonal needs one matrix; \(name) has one for each pixel" : nil
        case (.dirac, .weights):
            return layout == .filters ? nil : "dirac needs the filters of a convolution; \(name) isn't one"
        case (.whitening, .weights(_, _, let groups)):
            guard layout == .filters, isFirst, groups == 1 else {
                return "whitening needs a convolution of the images: the first layer, with groups: 1"
            }
            let patch = shape[1...].reduce(1, *)
            guard shape[0] % 2 == 0, shape[0] <= 2 * patch else {
                return "whitening needs an even number of filters, at most \(2 * patch): two for each number of a "
                    + "\(shape[1...].map(String.init).joined(separator: "×")) patch; found \(shape[0])"
            }
            return nil
        }
    }
}
