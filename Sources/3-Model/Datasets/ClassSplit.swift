import Tensors

/// A division of samples in two, with the same part of each class in the second: a function of the labels alone.
struct ClassSplit {
    /// Positions in the first part, in order.
    let first: [Int32]
    /// Positions in the second part, in order.
    let second: [Int32]

    /// Divides by a fixed permutation within each class.
    ///
    /// - Parameters:
    ///   - labels: The class of each sample.
    ///   - secondFraction: The second part of each class, rounded to whole samples.
    init(labels: [UInt16], secondFraction: Double) {
        var samples: [UInt16: [Int32]] = [:]
        for (sample, label) in labels.enumerated() { samples[label, default: []].append(Int32(sample)) }
        var isSecond = Array(repeating: false, count: labels.count)
        for (label, members) in samples {
            var stream = RandomStream(seed: 0, purpose: .sampleOrder, index: Int(label) + 1)
            let count = Int((Double(members.count) * secondFraction).rounded())
            for position in stream.permutation(of: members.count).prefix(count) {
                isSecond[Int(members[Int(position)])] = true
            }
        }
        first = isSecond.indices.filter { !isSecond[$0] }.map(Int32.init)
        second = isSecond.indices.filter { isSecond[$0] }.map(Int32.init)
    }
}
