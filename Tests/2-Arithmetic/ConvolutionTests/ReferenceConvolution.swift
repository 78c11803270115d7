import Convolution

/// The slow, obvious convolution in Double, channels last, with bias, ReLU and pooling: the oracle of every algorithm.
struct ReferenceConvolution {
    let shape: ConvolutionShape
    let epilogue: ConvolutionEpilogue
    let batch: Int

    /// Calls `body` with the indices in output, input and weights of each product in the sum.
    private func forEachProduct(_ body: (_ output: Int, _ input: Int, _ weight: Int) -> Void) {
        let s = shape
        for n in 0..<batch {
            for y in 0..<s.outputHeight {
                for x in 0..<s.outputWidth {
                    for ky in 0..<s.kernelHeight {
                        for kx in 0..<s.kernelWidth {
                            let iy = y * s.strideHeight - s.paddingTop + ky * s.dilationHeight
                            let ix = x * s.strideWidth - s.paddingLeft + kx * s.dilationWidth
                            guard 0..<s.inputHeight ~= iy, 0..<s.inputWidth ~= ix else { continue }
                            for o in 0..<s.outputChannels {
                                let first = o / (s.outputChannels / s.groups) * s.groupChannels
                                for c in 0..<s.groupChannels {
                                    body(
                                        ((n * s.outputHeight + y) * s.outputWidth + x) * s.outputChannels + o,
                                        ((n * s.inputHeight + iy) * s.inputWidth + ix) * s.inputChannels + first + c,
                                        ((ky * s.kernelWidth + kx) * s.groupChannels + c) * s.outputChannels + o
                                    )
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The convolution with bias, before the epilogue.
    func sums(input: [Float], weights: [Float], bias: [Float]?) -> [Double] {
        var result = [Double](repeating: 0, count: batch * shape.outputCount)
        if let bias {
            for i in result.indices { result[i] = Double(bias[i % shape.outputChannels]) }
        }
        forEachProduct { output, input_, weight in
            result[output] += Double(input[input_]) * Double(weights[weight])
        }
        return result
    }

    /// The indices in the sums of the four values of each pooled output.
    private func windows() -> [[Int]] {
        let (height, width, channels) = (shape.outputHeight, shape.outputWidth, shape.outputChannels)
        return (0..<batch * height / 2 * (width / 2) * channels).map { index in
            let row = index / channels / (width / 2)
            let start = (row * 2 * width + index / channels % (width / 2) * 2) * channels + index % channels
            return [start, start + channels, start + width * channels, start + (width + 1) * channels]
        }
    }

    /// The expected output for these sums.
    func output(sums: [Double]) -> [Double] {
        switch epilogue {
        case .none: sums
        case .relu: sums.map { max($0, 0) }
        case .reluMaxPool2: windows().map { window in max(window.map { sums[$0] }.max() ?? 0, 0) }
        }
    }

    /// The gradient with respect to the sums.
    func sumsGradient(sums: [Double], outputGradient: [Float]) -> [Double] {
        switch epilogue {
        case .none: return outputGradient.map(Double.init)
        case .relu: return zip(sums, outputGradient).map { $0 > 0 ? Double($1) : 0 }
        case .reluMaxPool2:
            var result = [Double](repeating: 0, count: sums.count)
            for (window, gradient) in zip(windows(), outputGradient) {
                let greatest = window.max { sums[$0] < sums[$1] } ?? 0
                if sums[greatest] > 0 { result[greatest] = Double(gradient) }
            }
            return result
        }
    }

    /// The gradients of input, weights and bias.
    func gradients(
        input: [Float],
        weights: [Float],
        sumsGradient: [Double]
    ) -> (input: [Double], weights: [Double], bias: [Double]) {
        var inputGradient = [Double](repeating: 0, count: input.count)
        var weightGradient = [Double](repeating: 0, count: weights.count)
        var biasGradient = [Double](repeating: 0, count: shape.outputChannels)
        forEachProduct { output, input_, weight in
            inputGradient[input_] += Double(weights[weight]) * sumsGradient[output]
            weightGradient[weight] += Double(input[input_]) * sumsGradient[output]
        }
        for (index, value) in sumsGradient.enumerated() { biasGradient[index % shape.outputChannels] += value }
        return (inputGradient, weightGradient, biasGradient)
    }
}
