import CVectorKernels
package import Tensors

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Softmax followed by cross-entropy against labels, with label smoothing.
package enum SoftmaxCrossEntropy {
    /// The loss and the correct answers of a batch.
    package struct Sums: Sendable, Equatable {
        /// The sum of the samples' losses, in nats.
        package var loss: Float
        /// How many samples have their label's logit as the largest; of a blend of two, the label with the larger share.
        package var correctCount: Int

        /// The sums over no samples.
        package static let zero = Sums(loss: 0, correctCount: 0)
    }

    /// What is blended into the samples of a batch: their targets are those of two labels.
    package struct Blend: Sendable, Equatable {
        /// The label of the sample that is blended in, `[N]`.
        package var labels: [Int32]
        /// The share of the sample's own label, `[N]`, each in `0 ... 1`; the other's is what is missing to 1.
        package var shares: [Float]

        /// Room for a batch, nothing blended in yet.
        package init(batch: Int) {
            labels = Array(repeating: 0, count: batch)
            shares = Array(repeating: 1, count: batch)
        }
    }

    /// Sums the losses and, unless `gradient` is nil, writes the gradient of `scale · Σ loss`.
    ///
    /// The target of class k is `(1 - s) · [k = label] + s / K` (Szegedy et al., "Rethinking the Inception
    /// Architecture", 2016, section 7), and a sample's loss `-Σ target · log softmax(logits)`. Of a blend, `[k = label]` is
    /// the share of each of the two labels.
    ///
    /// - Parameters:
    ///   - logits: `[N, K]`.
    ///   - labels: `[N]`, each below K.
    ///   - classCount: K.
    ///   - smoothing: s, in `0 ..< 1`.
    ///   - scale: The factor of the gradient, `1 / globalBatchSize` for a mean over the global batch.
    ///   - gradient: `[N, K]`, overwritten; nil in evaluation.
    ///   - blend: What is blended in, for at least N samples; by default nothing.
    /// - Returns: The sums over the batch.
    package static func evaluate(
        logits: TensorSlice,
        labels: ArraySlice<Int32>,
        classCount: Int,
        smoothing: Float,
        scale: Float,
        gradient: TensorSlice?,
        blend: Blend? = nil
    ) -> Sums {
        precondition(
            logits.count == labels.count * classCount,
            "SoftmaxCrossEntropy: \(logits.count) logits found, \(labels.count) × \(classCount) needed"
        )
        if let blend {
            precondition(
                min(blend.labels.count, blend.shares.count) >= labels.count,
                "SoftmaxCrossEntropy: \(blend.labels.count) blended labels found, \(labels.count) needed"
            )
        }
        let kernels = VectorInstructions.inUse.kernels
        let offTarget = smoothing / Float(classCount)
        var loss = 0.0
        var correctCount = 0
        withUnsafeTemporaryAllocation(of: Float.self, capacity: classCount) { room in
            guard let exponentials = room.baseAddress else { return }
            for (n, label) in labels.enumerated() {
                let label = Int(label)
                let row = logits.base + n * classCount
                let best = firstLargest(of: row, count: classCount)
                let largest = row[best]
                let total = kernels.exponentials(classCount, row, largest, exponentials)
                let other = blend.map { (label: Int($0.labels[n]), share: 1 - $0.shares[n]) }
                let logit = other.map { (1 - $0.share) * row[label] + $0.share * row[$0.label] } ?? row[label]
                loss += log(Double(total)) - Double((1 - smoothing) * (logit - largest))
                if smoothing > 0 {
                    for k in 0..<classCount { loss -= Double(offTarget * (row[k] - largest)) }
                }
                let likelier = other.map { $0.share > 0.5 ? $0.label : label } ?? label
                if best == likelier { correctCount += 1 }
                guard let gradient else { continue }
                let target = gradient.base + n * classCount
                for k in 0..<classCount { target[k] = (exponentials[k] / total - offTarget) * scale }
                guard let other else {
                    target[label] = (exponentials[label] / total - (offTarget + (1 - smoothing))) * scale
                    continue
                }
                target[label] -= (1 - smoothing) * (1 - other.share) * scale
                target[other.label] -= (1 - smoothing) * other.share * scale
            }
        }
        return Sums(loss: Float(loss), correctCount: correctCount)
    }

    private static func firstLargest(of values: UnsafePointer<Float>, count: Int) -> Int {
        var best = 0
        for k in 1..<max(count, 1) where values[k] > values[best] { best = k }
        return best
    }
}
