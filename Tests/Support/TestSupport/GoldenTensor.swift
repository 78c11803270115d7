/// One tensor of a golden fixture, in PyTorch's layout: [N, C, H, W], [O, C, KH, KW], [out, in].
package struct GoldenTensor: Sendable {
    /// The shape, outermost dimension first; empty for a single number.
    package let shape: [Int]
    /// The elements in row-major order; every element type of the fixtures is exact as a double.
    package let doubles: [Double]

    /// The elements as floats: exact for float32 tensors, rounded for float64 ones.
    package var values: [Float] { doubles.map { Float($0) } }
    /// The elements as integers, for labels and indices.
    package var integers: [Int] { doubles.map { Int($0) } }

    /// The elements of images [N, C, H, W], or of sequences [N, C, L], in the order [N, H, W, C].
    package var channelsLast: [Float] {
        precondition(
            shape.count > 2,
            "channelsLast: a tensor of shape \(shape) found, [N, C, H, W] or [N, C, L] needed"
        )
        let (channels, positions) = (shape[1], shape[2...].reduce(1, *))
        return doubles.indices.map { index in
            let (pixel, channel) = index.quotientAndRemainder(dividingBy: channels)
            let (sample, position) = pixel.quotientAndRemainder(dividingBy: positions)
            return Float(doubles[(sample * channels + channel) * positions + position])
        }
    }
}
