package import ConfigurationFiles
import NetworkAssembly
package import Networks
package import Optimizers

extension Configuration {
    /// Which of a network's parameters are updated how.
    ///
    /// - Parameters:
    ///   - network: The network of this configuration.
    ///   - stepsPerEpoch: Steps of an epoch.
    /// - Returns: The groups of the trained part of the flat parameters: one, unless layers have settings of their own.
    /// - Throws: `ConfigurationError` at a layer whose learning rate or weight decay is no number in single precision.
    package func parameterGroups(
        of network: Network,
        stepsPerEpoch: Int
    ) throws(ConfigurationError) -> [ParameterGroup] {
        var groups: [ParameterGroup] = []
        for parameter in network.parameters where parameter.isTrained {
            let settings = parameter.settings
            try requireFinite(settings.learningRateFactor, "learningRateFactor", optimizer.learningRate, of: parameter)
            try requireFinite(settings.weightDecayFactor, "weightDecayFactor", optimizer.weightDecay, of: parameter)
            groups.append(
                ParameterGroup(
                    range: parameter.range,
                    learningRateFactor: settings.learningRateFactor,
                    weightDecayFactor: settings.weightDecayFactor,
                    trainedSteps: settings.trainedEpochs.map { $0 * stepsPerEpoch }
                )
            )
        }
        var joined = groups.joined()
        // The floats behind the last tensor belong to none, and are updated with it: zeros stay zeros.
        if joined.count == 1 { joined[0].range = 0..<network.trainedElementCount }
        return joined
    }

    private func requireFinite(
        _ factor: Float,
        _ key: String,
        _ number: Double,
        of parameter: Parameter
    ) throws(ConfigurationError) {
        let product = factor * Float(number)
        guard !product.isFinite || product == 0 && factor > 0 && number > 0 else { return }
        let layer = parameter.name.split(separator: ".").dropLast().joined(separator: ".")
        throw network.located(
            LayerError(
                layer: layer,
                option: key,
                problem: "\(factor) times \(number) is \(product) in single precision",
                hint: nil
            )
        )
    }
}
