/// One tensor of a golden fixture, in PyTorch's layout: [N, C, H, W], [O, C, KH, KW], [out, in].
public struct GoldenTensor: Sendable {
    /// The extents, outermost first; empty for a single number.
    public let shape: [Int]
    /// The elements in row-major order; every element type of the fixtures is exact as a double.
    public let doubles: [Double]

    /// The elements as floats: exact for float32 tensors, rounded for float64 ones.
    public var values: [Float] { doubles.map { Float($0) } }
    /// The elements as whole numbers, for labels and indices.
    public var integers: [Int] { doubles.map { Int($0) } }
}
