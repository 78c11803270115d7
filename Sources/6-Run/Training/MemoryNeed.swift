import Formatting
import Foundation
import Metrics
package import Networks

/// What a rank's large buffers take, computed before any of them is allocated.
package struct MemoryNeed {
    /// Bytes of weights and of what the optimizer keeps for each.
    package let parameterBytes: Int
    /// Bytes of the shards' gradients and their sum.
    package let gradientBytes: Int
    /// Bytes of activations and scratch.
    package let activationBytes: Int

    /// The need of one rank.
    ///
    /// - Parameters:
    ///   - network: What is trained; its largest shard sets the activations.
    ///   - optimizerSlotCount: Numbers that the optimizer keeps for a parameter.
    ///   - localShardCount: Shards of this rank.
    ///   - threadCount: Threads of this rank.
    ///   - accumulationSteps: Parts of a shard that are computed one after another; by default 1.
    package init(
        network: Network,
        optimizerSlotCount: Int,
        localShardCount: Int,
        threadCount: Int,
        accumulationSteps: Int = 1
    ) {
        let floatBytes = MemoryLayout<Float>.stride
        parameterBytes = (1 + optimizerSlotCount) * network.parameterElementCount * floatBytes
        let accumulated = threadCount * GradientAccumulator.bufferCount(partCount: accumulationSteps)
        gradientBytes = (1 + localShardCount + accumulated) * network.elementCount * floatBytes
        activationBytes =
            (network.shardOrder.accumulating(partCount: accumulationSteps)
                .workspaceCount(threadCount: threadCount, shardCount: localShardCount)
                * network.keptElementCount + threadCount * network.scratchElementCount) * floatBytes
    }

    private var bytes: Int { parameterBytes + gradientBytes + activationBytes }

    /// Refuses what can't work: ranks that need more memory than their machine has.
    ///
    /// Linux would let them allocate it, and kill one of them later, without a word.
    ///
    /// - Parameters:
    ///   - rankCount: How many ranks share the machine.
    ///   - machineBytes: The memory of the machine; by default all that this one has.
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
