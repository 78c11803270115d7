import Assembly
import ConfigurationFiles
import Networks
import Optimizers
import Testing

/// Which parameters Muon moves, and which gradient descent.
@Suite(.timeLimit(.minutes(5))) struct MuonGroupTests {
    private func groups(_ layers: String, _ overrides: String...) throws -> (groups: [ParameterGroup], network: Network)
    {
        let yaml = """
            optimizer:
              name: muon
              others: {learningRate: 0.1}
            network:
              layers: [\(layers)]
            """
        let configuration = try Configuration(yaml: yaml, file: "small.yaml", overrides: overrides)
        let network = try configuration.makeNetwork(maximumBatch: 1)
        return (try configuration.parameterGroups(of: network, stepsPerEpoch: 10), network)
    }

    /// Weights of convolutions and linear layers as matrices [inputs, outputs]; not the last layer's, not what is frozen, no
    /// biases, and no filters that each pixel has for itself.
    @Test func muonMovesTheWeightsOfAllLayersButTheLast() throws {
        let (groups, network) = try groups(
            """
            conv2d: {outputChannels: 4, kernel: 3, trainedEpochs: {weight: 0}}, batchNorm2d,
            conv2d: {outputChannels: 8, kernel: [2, 3], bias: false}, conv2d: {outputChannels: 8, kernel: 1, groups: 2},
            locallyConnected2d: {outputChannels: 2, kernel: 3}, flatten,
            linear: {outputFeatures: 7, learningRateFactor: 2}, relu, linear: {outputFeatures: 10}
            """
        )
        let matrices = groups.compactMap(\.matrix)
        #expect(
            matrices == [
                WeightMatrix(inputs: 4 * 2 * 3, outputs: 8), WeightMatrix(inputs: 4, outputs: 8),
                WeightMatrix(inputs: 2 * 3 * 2, outputs: 7),
            ]
        )
        for (name, group) in zip(["2.weight", "3.weight", "6.weight"], groups.filter { $0.matrix != nil }) {
            #expect(network.parameters.first { $0.name == name }?.range == group.range, "\(name)")
            #expect(group.learningRateFactor == (name == "6.weight" ? 2 : 1))
        }
        // The others lie between them, and none is left out.
        for parameter in network.parameters where parameter.isTrained {
            #expect(groups.count { $0.range.contains(parameter.range.lowerBound) } == 1, "\(parameter.name)")
        }
    }

    @Test(arguments: [
        "flatten, linear: {outputFeatures: 10}",
        "conv2d: {outputChannels: 4, kernel: 3, trainedEpochs: 0}, flatten, linear: {outputFeatures: 10}",
        "locallyConnected2d: {outputChannels: 2, kernel: 3}, flatten, linear: {outputFeatures: 10}",
    ])
    func aNetworkWithoutMatricesIsLocated(layers: String) {
        let error = #expect(throws: ConfigurationError.self) { try groups(layers) }
        let words = "small.yaml:2: optimizer.name: muon moves the weight matrices"
        #expect(error?.description.hasPrefix(words) == true, "\(error.debugDescription)")
    }

    @Test(arguments: ["1e-30", "1e30"])
    func learningRatesTooFarApartAreLocated(rate: String) {
        let layers = "conv2d: {outputChannels: 4, kernel: 3}, flatten, linear: {outputFeatures: 10}"
        let other = rate == "1e30" ? "1e-30" : "1e30"
        let error = #expect(throws: ConfigurationError.self) {
            try groups(layers, "optimizer.learningRate=\(other)", "optimizer.others.learningRate=\(rate)")
        }
        let words = "small.yaml:3: optimizer.others: learningRate \(Double(rate) ?? 0) is "
        #expect(error?.description.hasPrefix(words) == true, "\(error.debugDescription)")
    }

    /// The learning rate of a factor is that of the rule which moves the tensor.
    @Test func aFactorThatLeavesSinglePrecisionIsLocated() {
        let layers =
            "conv2d: {outputChannels: 4, kernel: 3}, flatten, linear: {outputFeatures: 10, learningRateFactor: 1e10}"
        let error = #expect(throws: ConfigurationError.self) {
            try groups(layers, "optimizer.others.learningRate=1e30")
        }
        let words = "network.layers[2].linear.learningRateFactor: 1e+10 times 1e+30 is inf in single precision"
        #expect(error?.description.contains(words) == true, "\(error.debugDescription)")
        #expect(throws: Never.self) { try groups(layers, "optimizer.learningRate=1e30") }
    }
}
