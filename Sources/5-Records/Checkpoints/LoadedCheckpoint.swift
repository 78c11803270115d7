/// A checkpoint whose lengths, digests and formats have been checked.
package struct LoadedCheckpoint: Equatable, Sendable {
    /// The folder or file that was read.
    package let path: String
    /// The SHA-256 of `model.safetensors`.
    package let weightsSHA256: String
    /// The network's parameters and running statistics, sorted by name.
    package let model: [NamedTensor]
    /// The state that is needed to continue training; nil if only a file of weights was read.
    package let resumePoint: ResumePoint?

    /// The content of a checkpoint besides the weights.
    package struct ResumePoint: Equatable, Sendable {
        /// The checkpoint's description: step, epoch, environment, digests.
        package let manifest: CheckpointManifest
        /// The optimizer's slots, sorted by name.
        package let state: [NamedTensor]
        /// Counters and other texts.
        package let counters: [String: String]
    }

    /// The state that is needed to continue training.
    ///
    /// - Returns: Manifest, optimizer slots and counters.
    /// - Throws: ``CheckpointError/weightsOnly(path:)`` if only a file of weights was read.
    package func requireResumePoint() throws(CheckpointError) -> ResumePoint {
        guard let resumePoint else { throw .weightsOnly(path: path) }
        return resumePoint
    }

    /// Checks that the weights belong to the caller's network, and sorts them in its order.
    ///
    /// - Parameter expected: The network's tensors.
    /// - Returns: The weights in the order of `expected`.
    /// - Throws: ``CheckpointError`` with the first tensor that is missing, superfluous, or of another shape.
    @discardableResult
    package func requireModel(matching expected: [TensorDescription]) throws(CheckpointError) -> [NamedTensor] {
        try match(model, expected)
    }

    /// Checks that the optimizer slots belong to the caller's optimizer, and sorts them in its order.
    ///
    /// - Parameter expected: The optimizer's slots.
    /// - Returns: The slots in the order of `expected`.
    /// - Throws: ``CheckpointError`` with the first tensor that is missing, superfluous, or of another shape, or that
    ///   says that only weights were read.
    @discardableResult
    package func requireState(matching expected: [TensorDescription]) throws(CheckpointError) -> [NamedTensor] {
        try match(try requireResumePoint().state, expected)
    }

    private func match(
        _ tensors: [NamedTensor],
        _ expected: [TensorDescription]
    ) throws(CheckpointError) -> [NamedTensor] {
        var rest = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0) })
        var matched: [NamedTensor] = []
        for description in expected {
            guard let tensor = rest.removeValue(forKey: description.name) else {
                throw .missingTensor(path: path, expected: description)
            }
            guard tensor.shape == description.shape else {
                throw .wrongShape(path: path, expected: description, found: tensor.description)
            }
            matched.append(tensor)
        }
        if let extra = tensors.first(where: { rest[$0.name] != nil }) {
            throw .unexpectedTensor(path: path, found: extra.description)
        }
        return matched
    }
}
