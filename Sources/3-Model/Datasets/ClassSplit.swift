import Tensors

/// A split of samples into two parts with the same fraction of each class, which depends on the labels only.
struct ClassSplit {
    /// The samples of the first part, in order.
    let first: [Int32]
    /// The samples of the second part, in order.
    let second: [Int32]

    /// Splits samples by a fixed permutation within each class.
    ///
    /// - Parameters:
    ///   - labels: The class of each sample.
    ///   - secondFraction: The second part's fraction of each class, rounded to whole samples.
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
