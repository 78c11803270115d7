import Networks
import Testing
import Training

@Suite(.timeLimit(.minutes(10))) struct MemoryNeedTests {
    private func need(shards: Int) throws -> MemoryNeed {
        let network = try Network(
            [Flatten(), Linear(outputFeatures: 32), Linear(outputFeatures: 16)],
            inputShape: .image(height: 4, width: 4, channels: 4),
            classCount: 16,
            maximumBatch: 2
        )
        return MemoryNeed(network: network, optimizerSlotCount: 2, localShardCount: shards, threadCount: 1)
    }

    @Test func countsEveryLargeBuffer() throws {
        let need = try need(shards: 4)
        // 64 x 32 + 32 and 32 x 16 + 16 parameters; a gradient also has a cache line for loss and correct answers.
        #expect(need.parameterBytes == 3 * 2608 * 4)
        #expect(need.gradientBytes == 5 * (2608 + 16) * 4)
        // Two samples: inputs, hidden layer, logits and their gradient; and at most two gradients of the hidden layer.
        #expect(need.activationBytes == (2 * (64 + 32 + 16 + 16) + 2 * 2 * 64) * 4)
    }

    @Test func isRefusedIfTheRanksOfAMachineNeedMoreMemoryThanItHas() throws {
        let need = try need(shards: 4)
        let bytes = UInt64(need.parameterBytes + need.gradientBytes + need.activationBytes)
        try need.check(rankCount: 3, machineBytes: 3 * bytes)
        let error = #expect(throws: TrainingError.self) { try need.check(rankCount: 4, machineBytes: 4 * bytes - 1) }
        #expect(error?.description.contains("a rank needs 85.8 kB") == true, "\(error?.description ?? "")")
    }
}
