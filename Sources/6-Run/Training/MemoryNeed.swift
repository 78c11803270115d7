import Formatting
import Foundation
import Metrics
package import Networks

/// The memory for a rank's large buffers, computed before any of them is allocated.
package struct MemoryNeed {
    /// Bytes of the weights and of the optimizer's slots.
    package let parameterBytes: Int
    /// Bytes of the shards' gradients and of their sum.
    package let gradientBytes: Int
    /// Bytes of activations and scratch memory.
    package let activationBytes: Int

    /// The memory of one rank.
    ///
    /// - Parameters:
    ///   - network: The network; its largest shard determines the activations.
    ///   - optimizerSlotCount: The number of the optimizer's slots.
    ///   - localShardCount: Shards of this rank.
    ///   - threadCount: Threads of this rank.
    ///   - accumulationSteps: Parts of a shard that are computed one after another; by default 1.
    ///   - isAveraged: Whether there is an average of the weights, too; by default not.
    package init(
        network: Network,
        optimizerSlotCount: Int,
        localShardCount: Int,
        threadCount: Int,
        accumulationSteps: Int = 1,
        isAveraged: Bool = false
    ) {
        let floatBytes = MemoryLayout<Float>.stride
        parameterBytes =
            ((isAveraged ? 2 : 1) * network.parameterElementCount + optimizerSlotCount * network.trainedElementCount)
            * floatBytes
        let accumulated = threadCount * GradientAccumulator.bufferCount(partCount: accumulationSteps)
        gradientBytes = (1 + localShardCount + accumulated) * network.elementCount * floatBytes
        activationBytes =
            (network.shardOrder.accumulating(partCount: accumulationSteps)
                .workspaceCount(threadCount: threadCount, shardCount: localShardCount)
                * network.keptElementCount + threadCount * network.scratchElementCount) * floatBytes
    }

    private var bytes: Int { parameterBytes + gradientBytes + activationBytes }

    /// Throws if the ranks need more memory than their machine has.
    ///
    /// Linux would let them allocate it, and kill one of them later without a message.
    ///
    /// - Parameters:
    ///   - rankCount: The number of ranks on the machine.
    ///   - machineBytes: The memory of the machine; by default of this one.
    /// - Throws: `TrainingError.memory`.
    package func check(
        rankCount: Int,
        machineBytes: UInt64 = ProcessInfo.processInfo.physicalMemory
    ) throws(TrainingError) {
        guard Double(bytes) * Double(rankCount) > Double(machineBytes) else { return }
        throw .memory(
            "a rank needs \(Format.bytes(bytes)): \(Format.bytes(parameterBytes)) for weights and optimizer, "
                + "\(Format.bytes(gradientBytes)) for its shards' gradients, \(Format.bytes(activationBytes)) for "
                + "activations; the machine has \(Format.bytes(Int(clamping: machineBytes))) for "
                + "\(Format.count(rankCount, "rank")): take a smaller network, a smaller training.globalBatchSize, "
                + "or more machines"
        )
    }
}
