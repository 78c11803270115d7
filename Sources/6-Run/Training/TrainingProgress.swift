/// Everything except tensors that resuming needs.
package struct TrainingProgress: Equatable {
    /// Optimizer steps completed.
    package var step = 0
    /// Seconds of all training steps so far, without evaluation, checkpoints and start-up, over all processes of the run.
    package var elapsedSeconds = 0.0
    /// Processor seconds of all ranks up to the end of the last epoch, over all processes of the run.
    package var cpuSeconds = 0.0
    /// Sums over the current epoch.
    package var epochTotals = EpochTotals()
    /// The best of the evaluations that `evaluation.everyEpochs` asks for, the first of equals; nil before the first.
    package var best: Best?

    /// The best evaluation of a run.
    package struct Best: Equatable {
        /// The fraction of images that were classified correctly, 0...1.
        package var accuracy: Double
        /// The epoch after which it was measured, from 1.
        package var epoch: Int

        package init(accuracy: Double, epoch: Int) {
            self.accuracy = accuracy
            self.epoch = epoch
        }
    }

    /// Keeps an evaluation if it is better than all before it.
    package mutating func keepBest(accuracy: Double, epoch: Int) {
        if accuracy > best?.accuracy ?? -1 { best = Best(accuracy: accuracy, epoch: epoch) }
    }

    /// Whether no evaluation of the last `patience` epochs was better than those before.
    ///
    /// - Parameters:
    ///   - patience: Epochs; nil to wait forever.
    ///   - epoch: Completed epochs.
    ///   - everyEpochs: Epochs between evaluations.
    /// - Returns: The same on every rank, and after any stop: it depends on evaluations alone.
    package func hasRunOutOfPatience(_ patience: Int?, epoch: Int, everyEpochs: Int) -> Bool {
        guard let patience, let best else { return false }
        return epoch - epoch % everyEpochs - best.epoch >= patience
    }

    /// Sums over the samples of an epoch so far.
    package struct EpochTotals: Equatable {
        package var lossSum = 0.0
        package var correctCount = 0
        package var imageCount = 0

        /// The mean loss so far; NaN before the first step.
        package var meanLoss: Double { lossSum / Double(imageCount) }
        /// The fraction of correct answers so far; NaN before the first step.
        package var accuracy: Double { Double(correctCount) / Double(imageCount) }

        package mutating func add(lossSum: Double, correctCount: Int, imageCount: Int) {
            self.lossSum += lossSum
            self.correctCount += correctCount
            self.imageCount += imageCount
        }
    }

    /// Counts a step.
    ///
    /// - Parameters:
    ///   - lossSum: The sum of the losses over its samples.
    ///   - correctCount: The number of samples that were classified correctly.
    ///   - imageCount: The number of samples.
    ///   - seconds: The duration of the step.
    ///   - endsEpoch: Whether it is the last step of an epoch, or of the run.
    /// - Returns: The sums over the epoch if this was its last step; nil otherwise.
    package mutating func addStep(
        lossSum: Double,
        correctCount: Int,
        imageCount: Int,
        seconds: Double,
        endsEpoch: Bool
    ) -> EpochTotals? {
        step += 1
        elapsedSeconds += seconds
        epochTotals.add(lossSum: lossSum, correctCount: correctCount, imageCount: imageCount)
        guard endsEpoch else { return nil }
        defer { epochTotals = EpochTotals() }
        return epochTotals
    }

    /// The texts that a checkpoint saves; floats are exact to the last bit.
    package var counters: [String: String] {
        var counters = [
            "elapsed_seconds": "\(elapsedSeconds)",
            "cpu_seconds": "\(cpuSeconds)",
            "epoch_loss_sum": "\(epochTotals.lossSum)",
            "epoch_correct_count": "\(epochTotals.correctCount)",
            "epoch_image_count": "\(epochTotals.imageCount)",
        ]
        if let best {
            counters["best_accuracy"] = "\(best.accuracy)"
            counters["best_epoch"] = "\(best.epoch)"
        }
        return counters
    }

    package init() {}

    /// More images than any data set has, so that sums of smaller counts don't overflow.
    private static let mostImages = 1 << 53

    /// Reads the counters of a checkpoint; nil if one is missing, not a number, or impossible in a run.
    package init?(step: Int, counters: [String: String]) {
        guard let elapsed = counters["elapsed_seconds"].flatMap(Double.init),
            let cpu = counters["cpu_seconds"].flatMap(Double.init),
            let lossSum = counters["epoch_loss_sum"].flatMap(Double.init),
            let correctCount = counters["epoch_correct_count"].flatMap(Int.init),
            let imageCount = counters["epoch_image_count"].flatMap(Int.init),
            [elapsed, cpu, lossSum].allSatisfy(\.isFinite), 0...Self.mostImages ~= imageCount,
            0...imageCount ~= correctCount
        else { return nil }
        self.step = step
        elapsedSeconds = elapsed
        cpuSeconds = cpu
        if let accuracy = counters["best_accuracy"] {
            guard let accuracy = Double(accuracy), 0...1 ~= accuracy,
                let epoch = counters["best_epoch"].flatMap(Int.init), 1...Self.mostImages ~= epoch
            else { return nil }
            best = Best(accuracy: accuracy, epoch: epoch)
        }
        epochTotals = EpochTotals(lossSum: lossSum, correctCount: correctCount, imageCount: imageCount)
    }

    /// Counters as bytes, one per line, for a broadcast.
    package static func encoded(_ counters: [String: String]) -> [UInt8] {
        Array(counters.map { "\($0) \($1)" }.joined(separator: "\n").utf8)
    }

    package static func decoded(_ bytes: [UInt8]) -> [String: String] {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { $0.split(separator: " ") }
        return Dictionary(lines.map { (String($0[0]), String($0[1])) }) { $1 }
    }
}
