package import ConfigurationFiles
package import Networks

extension Network {
    /// Plans the network of a configuration.
    ///
    /// - Parameters:
    ///   - options: The section `network`.
    ///   - inputShape: The shape of one sample.
    ///   - classCount: The number of logits that the last layer must give.
    ///   - maximumBatch: The largest number of samples of a shard.
    ///   - needsInputGradient: Whether `backward` must compute the gradient with respect to the input; by default not.
    ///   - fusesLayers: Whether neighbouring layers may be computed in one pass; by default so.
    /// - Throws: `ConfigurationError` if a layer is unknown, has a wrong option, or doesn't fit its input.
    package init(
        _ options: NetworkOptions,
        inputShape: FeatureShape,
        classCount: Int,
        maximumBatch: Int,
        needsInputGradient: Bool = false,
        fusesLayers: Bool = true
    ) throws(ConfigurationError) {
        let layers = try options.layers.assemble()
        do throws(LayerError) {
            try self.init(
                layers,
                inputShape: inputShape,
                classCount: classCount,
                maximumBatch: maximumBatch,
                needsInputGradient: needsInputGradient,
                fusesLayers: fusesLayers
            )
        } catch {
            throw options.located(error)
        }
    }
}

extension NetworkOptions {
    /// The error at the line and key of the layer that is named in it.
    package func located(_ error: LayerError) -> ConfigurationError {
        let path = error.layer.split(separator: ".")
        guard let layer = layers.description(at: path[...]) else { return self.error(error.problem, hint: error.hint) }
        return layer.options.error(error.option, error.problem, hint: error.hint)
    }
}

extension [LayerDescription] {
    /// The layer at a path such as `4`, or `4`, `body`, `0`, where `body` is an option of layer 4.
    fileprivate func description(at path: ArraySlice<Substring>) -> LayerDescription? {
        guard let index = path.first.flatMap({ Int($0) }), indices.contains(index) else { return nil }
        guard let branch = path.dropFirst().first else { return self[index] }
        // They have been read before, so this can't throw.
        let rest = path.dropFirst(2)
        if rest.count > 1, let number = rest.first.flatMap({ Int($0) }),
            rest.dropFirst().first.flatMap({ Int($0) }) != nil,
            let branches = try? self[index].options.branches(String(branch), means: "branches"),
            branches.indices.contains(number)
        {
            return branches[number].description(at: rest.dropFirst()) ?? self[index]
        }
        guard let layers = try? self[index].options.layers(String(branch), means: "a branch") else {
            return self[index]
        }
        return layers.description(at: path.dropFirst(2)) ?? self[index]
    }
}
