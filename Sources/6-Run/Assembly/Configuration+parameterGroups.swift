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
        let matrices = try matricesOfMuon(in: network)
        var groups: [ParameterGroup] = []
        for parameter in network.parameters where parameter.isTrained {
            let settings = parameter.settings
            let matrix = matrices[parameter.name]
            let others = matrix == nil ? optimizer.others : nil
            let (rate, decay) = (
                others?.learningRate ?? optimizer.learningRate, others?.weightDecay ?? optimizer.weightDecay
            )
            try requireFinite(settings.learningRateFactor, "learningRateFactor", rate, of: parameter)
            try requireFinite(settings.weightDecayFactor, "weightDecayFactor", decay, of: parameter)
            groups.append(
                ParameterGroup(
                    range: parameter.range,
                    learningRateFactor: settings.learningRateFactor,
                    weightDecayFactor: settings.weightDecayFactor,
                    trainedSteps: settings.trainedEpochs.map { $0 * stepsPerEpoch },
                    matrix: matrix
                )
            )
        }
        var joined = groups.joined()
        // The floats behind the last tensor belong to none, and are updated with it: zeros stay zeros.
        if joined.count == 1 { joined[0].range = 0..<network.trainedElementCount }
        return joined
    }

    /// The weight matrices that Muon moves, by their names: the trained ones of all layers but the last.
    private func matricesOfMuon(in network: Network) throws(ConfigurationError) -> [String: WeightMatrix] {
        guard let others = optimizer.others else { return [:] }
        let ratio = Float(others.learningRate / optimizer.learningRate)
        guard ratio.isFinite, ratio > 0 || others.learningRate == 0 else {
            let problem =
                "learningRate \(others.learningRate) is \(ratio) times optimizer.learningRate in single precision"
            throw optimizer.error("others", problem)
        }
        let weights = network.parameters.filter { $0.matrix != nil }.dropLast().filter(\.isTrained)
        guard !weights.isEmpty else {
            throw optimizer.error(
                "name",
                "muon moves the weight matrices of convolutions and linear layers before the last one, found none to train",
                hint: "use sgd or adam"
            )
        }
        return Dictionary(
            uniqueKeysWithValues: weights.compactMap { parameter in
                parameter.matrix.map { (parameter.name, WeightMatrix(inputs: $0.inputs, outputs: $0.outputs)) }
            }
        )
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
