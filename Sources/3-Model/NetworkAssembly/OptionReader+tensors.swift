import ConfigurationFiles
import Networks
import Tensors

extension OptionReader {
    /// How a layer's tensors begin, and how they are trained: each key has one value for all of them, or one for each, as in
    /// `trainedEpochs: {weight: 0, bias: 3}`.
    ///
    /// Call it after the layer's own options have been read.
    func layerTensors() throws(ConfigurationError) -> LayerTensors {
        var tensors = LayerTensors()
        try set(\.initialization, of: &tensors, "initialization") { options, key throws(ConfigurationError) in
            let meaning =
                "how the layer's tensors begin, or {weight: ..., bias: ...}; else as network.initialization says"
            return try options.optionalChoice(key, means: meaning)
        }
        // Biases beside other weights than PyTorch's begin as zeros.
        if let scheme = tensors.bias.initialization, scheme != .pytorch { tensors.bias.initialization = .zeros }
        try set(\.learningRateFactor, of: &tensors, "learningRateFactor") { options, key throws(ConfigurationError) in
            let meaning = "factor of the learning rate, or {weight: ..., bias: ...}"
            return try options.single(key, default: 1, in: .leastNonzeroMagnitude ... .infinity, means: meaning)
        }
        try set(\.weightDecayFactor, of: &tensors, "weightDecayFactor") { options, key throws(ConfigurationError) in
            let meaning = "factor of the weight decay, or {weight: ..., bias: ...}"
            return try options.single(key, default: 1, in: 0 ... .infinity, means: meaning)
        }
        try set(\.trainedEpochs, of: &tensors, "trainedEpochs") { options, key throws(ConfigurationError) in
            let meaning = "train in the first epochs only, or {weight: ..., bias: ...}; 0 freezes"
            return try options.optionalInteger(key, in: 0...1_000_000, means: meaning)
        }
        return tensors
    }

    /// Reads a setting for all of a layer's tensors, or for each.
    private func set<Value>(
        _ setting: WritableKeyPath<TensorSettings, Value>,
        of tensors: inout LayerTensors,
        _ key: String,
        read: (OptionReader, String) throws(ConfigurationError) -> Value
    ) throws(ConfigurationError) {
        guard isMapping(key) else {
            let value = try read(self, key)
            tensors.weight[keyPath: setting] = value
            tensors.bias[keyPath: setting] = value
            return
        }
        let values = try section(key, means: "a value for each tensor")
        for tensor in ["weight", "bias"] where values.keys.contains(tensor) {
            guard try hasTensor(tensor) else {
                throw values.error(tensor, "the layer has none, with \(tensor): false", hint: "leave it out")
            }
        }
        tensors.weight[keyPath: setting] = try read(values, "weight")
        tensors.bias[keyPath: setting] = try read(values, "bias")
        try values.finish()
    }

    /// Whether the layer has a tensor that its options can switch off.
    private func hasTensor(_ name: String) throws(ConfigurationError) -> Bool {
        guard keys.contains(name) else { return true }
        return try boolean(name, default: true, means: "")
    }
}
