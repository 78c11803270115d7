package import Checkpoints
package import Networks
package import Optimizers
import Tensors

/// The content of a run's checkpoints: network tensors, optimizer slots and counters.
///
/// Names and layouts are PyTorch's, and independent of the number of ranks. If the weights are averaged, the average is the
/// model, and the weights that are trained are state.
package struct CheckpointContents {
    private let replica: Replica
    private let optimizer: Optimizer
    private let average: WeightAverage?

    /// The contents of a run's checkpoints.
    ///
    /// - Parameters:
    ///   - replica: The weights that are trained.
    ///   - optimizer: Their optimizer.
    ///   - average: Their average; nil if they aren't averaged.
    package init(replica: Replica, optimizer: Optimizer, average: WeightAverage? = nil) {
        self.replica = replica
        self.optimizer = optimizer
        self.average = average
    }

    /// The parameters and running statistics, in definition order: those that are evaluated.
    package var model: [NamedTensor] {
        weights(average?.parameters ?? replica.parameters, average?.runningStatistics ?? replica.runningStatistics)
    }

    /// The tensors that the optimizer has a state of.
    private var trained: [Parameter] { replica.network.parameters.filter(\.isTrained) }

    /// The optimizer's slots, `velocity.0.weight`, `first_moment.3.bias`; then the weights that are trained, if their
    /// average is the model: `unaveraged.0.weight`.
    package var state: [NamedTensor] {
        let slots = zip(optimizer.rule.slotNames, optimizer.slots).flatMap {
            tensors(of: trained, in: $1, prefix: $0 + ".")
        }
        guard average != nil else { return slots }
        return slots + weights(replica.parameters, replica.runningStatistics, prefix: "unaveraged.")
    }

    /// Restores the weights from a checkpoint.
    ///
    /// - Parameter checkpoint: A checkpoint of the same network.
    /// - Throws: `CheckpointError` with the first tensor that differs.
    package func restoreModel(from checkpoint: LoadedCheckpoint) throws(CheckpointError) {
        let tensors = try checkpoint.requireModel(matching: model.map(\.description))
        store(weights: tensors[...], in: replica.parameters, replica.runningStatistics)
        if let average { store(weights: tensors[...], in: average.parameters, average.runningStatistics) }
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
            if let tensor { statistic.store(tensor.values, in: replica.runningStatistics.slice) }
        }
        average?.restart(from: replica.parameters.slice, replica.runningStatistics.slice)
        return misfits
    }

    /// Restores the optimizer's slots from a checkpoint, and the weights that are trained if their average is the model.
    ///
    /// Call it after `restoreModel`.
    ///
    /// - Parameter checkpoint: A checkpoint of the same network and optimizer.
    /// - Throws: `CheckpointError` with the first tensor that differs.
    package func restoreState(from checkpoint: LoadedCheckpoint) throws(CheckpointError) {
        var tensors = try checkpoint.requireState(matching: state.map(\.description))[...]
        let trained = trained
        for slot in optimizer.slots {
            store(tensors.prefix(trained.count), as: trained, in: slot)
            tensors = tensors.dropFirst(trained.count)
        }
        if average != nil { store(weights: tensors, in: replica.parameters, replica.runningStatistics) }
    }

    private func weights(
        _ parameters: AlignedBuffer,
        _ runningStatistics: AlignedBuffer,
        prefix: String = ""
    ) -> [NamedTensor] {
        tensors(of: replica.network.parameters, in: parameters, prefix: prefix)
            + replica.network.statistics.map { statistic in
                NamedTensor(
                    name: prefix + statistic.name,
                    shape: [statistic.count],
                    values: statistic.values(in: runningStatistics.slice)
                )
            }
    }

    private func store(
        weights tensors: ArraySlice<NamedTensor>,
        in parameters: AlignedBuffer,
        _ runningStatistics: AlignedBuffer
    ) {
        let network = replica.network
        store(tensors.prefix(network.parameters.count), as: network.parameters, in: parameters)
        for (statistic, tensor) in zip(network.statistics, tensors.dropFirst(network.parameters.count)) {
            statistic.store(tensor.values, in: runningStatistics.slice)
        }
    }

    private func tensors(of parameters: [Parameter], in buffer: AlignedBuffer, prefix: String) -> [NamedTensor] {
        parameters.map { parameter in
            NamedTensor(
                name: prefix + parameter.name,
                shape: parameter.shape,
                values: parameter.values(in: buffer.slice)
            )
        }
    }

    private func store(_ tensors: ArraySlice<NamedTensor>, as parameters: [Parameter], in buffer: AlignedBuffer) {
        for (parameter, tensor) in zip(parameters, tensors) {
            parameter.store(tensor.values, in: buffer.slice)
        }
    }
}
