package import Tensors

/// How a tensor begins, and how it is trained, where that isn't as in the rest of the network.
package struct TensorSettings: Sendable, Equatable {
    /// The distribution of the initial values; nil for the network's.
    package var initialization: Initialization?
    /// The factor of the learning rate.
    package var learningRateFactor: Float
    /// The factor of the weight decay.
    package var weightDecayFactor: Float
    /// The epochs in which it is trained, the first ones; 0 for a frozen tensor, nil for all of them.
    package var trainedEpochs: Int?

    /// Settings; the defaults are those of the network.
    package init(
        initialization: Initialization? = nil,
        learningRateFactor: Float = 1,
        weightDecayFactor: Float = 1,
        trainedEpochs: Int? = nil
    ) {
        self.initialization = initialization
        self.learningRateFactor = learningRateFactor
        self.weightDecayFactor = weightDecayFactor
        self.trainedEpochs = trainedEpochs
    }

    /// What differs from the network's settings, in words; empty if nothing does.
    package var differences: [String] {
        var words: [String] = []
        if let initialization { words.append(initialization.rawValue) }
        if learningRateFactor != 1 { words.append("learning rate × \(learningRateFactor)") }
        if weightDecayFactor != 1 { words.append("weight decay × \(weightDecayFactor)") }
        if let trainedEpochs { words.append(trainedEpochs == 0 ? "frozen" : "trained for \(trainedEpochs) epochs") }
        return words
    }
}

/// The settings of a layer's own tensors, which are called `weight` and `bias` in every layer.
package struct LayerTensors: Sendable, Equatable {
    /// Those of the weight.
    package var weight: TensorSettings
    /// Those of the bias.
    package var bias: TensorSettings

    /// Settings; by default the network's.
    package init(weight: TensorSettings = TensorSettings(), bias: TensorSettings = TensorSettings()) {
        (self.weight, self.bias) = (weight, bias)
    }
}

/// A layer with tensors of its own.
package protocol ParametricLayer: Layer {
    /// How they begin, and how they are trained.
    var tensors: LayerTensors { get set }
}

extension LayerContext {
    /// Gives a layer's settings to its tensors.
    ///
    /// - Parameters:
    ///   - settings: The layer's.
    ///   - parameters: The tensors that its plan has.
    /// - Returns: The same tensors with their settings.
    /// - Throws: `LayerError` if a tensor can't begin as its settings say.
    func set(_ settings: LayerTensors, of parameters: [Parameter]) throws(LayerError) -> [Parameter] {
        var result: [Parameter] = []
        for parameter in parameters {
            var parameter = parameter
            parameter.settings = parameter.name == tensorName("bias") ? settings.bias : settings.weight
            if let problem = parameter.settings.initialization.flatMap({
                parameter.problem(with: $0, isFirst: name == "0")
            }) {
                throw error(problem, option: "initialization")
            }
            result.append(parameter)
        }
        return result
    }
}
