package import Tensors

/// A tensor that evaluation uses and training updates by `running ← (1 - m) · running + m · batch`.
package struct RunningStatistic: Sendable {
    /// The name as PyTorch gives it: `1.running_mean`.
    package let name: String
    /// The number of values.
    package let count: Int
    /// The value at the start of training.
    package let initialValue: Float
    /// The layout in memory.
    package let layout: ParameterLayout
    /// m, PyTorch's `momentum`.
    package let momentum: Float
    /// The first float in the network's statistics buffer.
    package internal(set) var offset = 0

    /// The statistic's floats in the network's statistics buffer.
    package var range: Range<Int> { offset..<offset + count }

    /// The statistic in file order.
    package func values(in buffer: TensorSlice) -> [Float] { layout.values(ofShape: [count], in: buffer[range]) }

    /// Stores a statistic given in file order.
    package func store(_ values: [Float], in buffer: TensorSlice) {
        precondition(values.count == count, "\(name): \(values.count) floats found, \(count) needed")
        layout.store(values, ofShape: [count], in: buffer[range])
    }
}
