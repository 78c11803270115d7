/// A tensor that evaluation uses and training updates by `running ← (1 - m) · running + m · batch`.
package struct RunningStatistic: Sendable {
    /// The name as PyTorch gives it: `1.running_mean`.
    package let name: String
    /// The number of values.
    package let count: Int
    /// The value at the start of training.
    package let initialValue: Float
    /// m, PyTorch's `momentum`.
    package let momentum: Float
    /// The first float in the network's statistics buffer.
    package internal(set) var offset = 0

    /// The statistic's floats in the network's statistics buffer.
    package var range: Range<Int> { offset..<offset + count }
}
