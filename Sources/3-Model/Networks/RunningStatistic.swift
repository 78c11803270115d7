/// A tensor that evaluation uses and training updates by `running ← (1 - m) · running + m · batch`.
public struct RunningStatistic: Sendable {
    /// The name as PyTorch gives it: `1.running_mean`.
    public let name: String
    /// The number of values.
    public let count: Int
    /// The value at the start of training.
    public let initialValue: Float
    /// m, PyTorch's `momentum`.
    public let momentum: Float
    /// The first float in the network's statistics buffer.
    public internal(set) var offset = 0

    /// The statistic's floats in the network's statistics buffer.
    public var range: Range<Int> { offset..<offset + count }
}
