package import Checkpoints
package import Networks
package import Optimizers
import Tensors

/// The content of a run's checkpoints: network tensors, optimizer slots and counters.
///
/// Names and layouts are PyTorch's, and independent of the number of ranks.
package struct CheckpointContents {
    private let replica: Replica
    private let optimizer: Optimizer

    package init(replica: Replica, optimizer: Optimizer) {
        self.replica = replica
        self.optimizer = optimizer
    }

    /// The parameters and running statistics, in definition order.
    package var model: [NamedTensor] {
        parameterTensors(in: replica.parameters, prefix: "")
            + replica.network.statistics.map { statistic in
                NamedTensor(
                    name: statistic.name,
                    shape: [statistic.count],
                    values: replica.runningStatistics.slice[statistic.range].array
                )
            }
    }

    /// The optimizer's slots: `velocity.0.weight`, `first_moment.3.bias`.
    package var state: [NamedTensor] {
        zip(optimizer.rule.slotNames, optimizer.slots).flatMap { parameterTensors(in: $1, prefix: $0 + ".") }
    }

    /// Restores the weights from a checkpoint.
    ///
    /// - Parameter checkpoint: A checkpoint of the same network.
    /// - Throws: `CheckpointError` with the first tensor that differs.
    package func restoreModel(from checkpoint: LoadedCheckpoint) throws(CheckpointError) {
        let tensors = try checkpoint.requireModel(matching: model.map(\.description))
        let network = replica.network
        store(tensors.prefix(network.parameters.count), in: replica.parameters)
        for (statistic, tensor) in zip(network.statistics, tensors.dropFirst(network.parameters.count)) {
            replica.runningStatistics.slice[statistic.range].copy(from: tensor.values)
        }
    }

    /// Takes over the weights and running statistics of a checkpoint that fit the network; the others stay as they are.
    ///
    /// - Parameters:
    ///   - checkpoint: A checkpoint of any network.
    ///   - allowsMissing: Whether it is enough that some tensors fit.
    /// - Returns: What doesn't fit.
    /// - Throws: `CheckpointError.weightsDoNotFit` if there is any and it isn't enough, or if nothing fits.
    package func takeModel(
        from checkpoint: LoadedCheckpoint,
        allowsMissing: Bool
    ) throws(CheckpointError) -> [TensorMisfit] {
        let (tensors, misfits) = checkpoint.fitting(model.map(\.description))
        let fittingCount = tensors.count { $0 != nil }
        guard misfits.isEmpty || allowsMissing && fittingCount > 0 else {
            throw .weightsDoNotFit(path: checkpoint.path, fittingCount: fittingCount, misfits: misfits)
        }
        let network = replica.network
        for (parameter, tensor) in zip(network.parameters, tensors) {
            if let tensor { parameter.store(tensor.values, in: replica.parameters.slice) }
        }
        for (statistic, tensor) in zip(network.statistics, tensors.dropFirst(network.parameters.count)) {
            if let tensor { replica.runningStatistics.slice[statistic.range].copy(from: tensor.values) }
        }
        return misfits
    }

    /// Restores the optimizer's slots from a checkpoint.
    ///
    /// - Parameter checkpoint: A checkpoint of the same network and optimizer.
    /// - Throws: `CheckpointError` with the first tensor that differs.
    package func restoreState(from checkpoint: LoadedCheckpoint) throws(CheckpointError) {
        var tensors = try checkpoint.requireState(matching: state.map(\.description))[...]
        for slot in optimizer.slots {
            store(tensors.prefix(replica.network.parameters.count), in: slot)
            tensors = tensors.dropFirst(replica.network.parameters.count)
        }
    }

    private func parameterTensors(in buffer: AlignedBuffer, prefix: String) -> [NamedTensor] {
        replica.network.parameters.map { parameter in
            NamedTensor(
                name: prefix + parameter.name,
                shape: parameter.shape,
                values: parameter.values(in: buffer.slice)
            )
        }
    }

    private func store(_ tensors: ArraySlice<NamedTensor>, in buffer: AlignedBuffer) {
        for (parameter, tensor) in zip(replica.network.parameters, tensors) {
            parameter.store(tensor.values, in: buffer.slice)
        }
    }
}
