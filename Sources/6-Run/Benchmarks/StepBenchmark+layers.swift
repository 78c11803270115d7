import Collectives
import ConfigurationFiles
import GradientReduction
import Networks
import Training

extension StepBenchmark {
    /// The measurements of one layer.
    struct LayerRow: Encodable {
        let name, kind, plan: String
        /// Milliseconds per step, as means over the threads.
        let forwardMilliseconds, backwardMilliseconds: Double
        /// The parts of the backward pass; nil if there is only one.
        let weightGradientMilliseconds, inputGradientMilliseconds: Double?
        /// The rate of one thread; nil for a layer without matrix products.
        let forwardGigaflopsPerSecond, backwardGigaflopsPerSecond: Double?
        /// The rate over both passes, as a fraction of a thread's rate of matrix products.
        let shareOfProductRate: Double?
        /// Megabytes that the layer must read and write at least in a step, over all ranks.
        let megabytesMoved: Double

        private static let secondsOfEach = 0.2

        /// The rows of a network's layers; measures the two gradients of each layer separately.
        static func rows(
            _ work: [LayerWork],
            profile: StepProfile,
            trainer: Trainer,
            rate: MatrixProductRate
        ) -> [LayerRow] {
            let conditions = Conditions(
                sampleCount: trainer.configuration.training.globalBatchSize,
                shardCount: trainer.shards.virtualShards,
                threadCount: trainer.communicator.worldSize * trainer.environment.threadCount,
                productGigaflopsPerSecond: rate.gigaFLOPs
            )
            return work.map { layer in
                LayerRow(
                    layer,
                    time: profile.layerTimes[layer.name] ?? .init(),
                    weightGradientShare: layer.measuredWeightGradientShare(
                        batch: conditions.shardSize,
                        seconds: secondsOfEach
                    ),
                    conditions: conditions
                )
            }
        }

        /// The conditions that all rows share.
        struct Conditions {
            /// Samples of a step over all ranks.
            let sampleCount: Int
            /// Calls of a layer in a step over all ranks.
            let shardCount: Int
            /// Threads of all ranks.
            let threadCount: Int
            /// The rate of all threads together.
            let productGigaflopsPerSecond: Double

            /// Samples of a call.
            var shardSize: Int { max(1, sampleCount / shardCount) }
        }

        init(
            _ work: LayerWork,
            time: StepProfile.LayerTime,
            weightGradientShare: Double?,
            conditions: Conditions
        ) {
            let (samples, threads) = (Double(conditions.sampleCount), Double(conditions.threadCount))
            func rate(_ operations: Int, _ seconds: Double) -> Double? {
                operations > 0 ? samples * Double(operations) / seconds / 1e9 : nil
            }
            let backward = time.backwardSeconds / threads * 1e3
            (name, kind, plan) = (work.name, work.kind, work.plan)
            forwardMilliseconds = time.forwardSeconds / threads * 1e3
            backwardMilliseconds = backward
            weightGradientMilliseconds = weightGradientShare.map { backward * $0 }
            inputGradientMilliseconds = weightGradientShare.map { backward * (1 - $0) }
            forwardGigaflopsPerSecond = rate(work.forwardFLOPs, time.forwardSeconds)
            backwardGigaflopsPerSecond = rate(work.backwardFLOPs, time.backwardSeconds)
            let bothPasses = rate(work.forwardFLOPs + work.backwardFLOPs, time.forwardSeconds + time.backwardSeconds)
            shareOfProductRate = bothPasses.map { $0 * threads / conditions.productGigaflopsPerSecond }
            let bytes = [work.forwardBytes, work.backwardBytes].reduce(0) {
                $0 + $1(conditions.sampleCount, conditions.shardCount)
            }
            megabytesMoved = Double(bytes) / 1e6
        }
    }
}
