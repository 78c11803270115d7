import ConfigurationFiles
import NetworkAssembly
import Networks
import Testing

/// The layers that mappings in a configuration give.
@Suite(.timeLimit(.minutes(10))) struct LayerRegistryTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let yaml: String
        let layer: any Layer
        var testDescription: String { yaml }

        init(_ yaml: String, _ layer: any Layer) {
            (self.yaml, self.layer) = (yaml, layer)
        }
    }

    /// Absent options have the defaults of the layer's initializer.
    private static let defaults = [
        Case("averagePool1d: {kernel: 3}", AveragePool1D(kernel: 3)),
        Case("averagePool2d: {kernel: 3}", AveragePool2D(kernel: 3)),
        Case("batchNorm1d", BatchNorm1D()),
        Case("batchNorm2d", BatchNorm2D()),
        Case("concatenate: {branches: [[relu], []]}", Concatenate(branches: [[ReLU()], []])),
        Case("conv1d: {outputChannels: 5, kernel: 3}", Conv1D(outputChannels: 5, kernel: 3)),
        Case("conv2d: {outputChannels: 5, kernel: 3}", Conv2D(outputChannels: 5, kernel: 3)),
        Case("dropout", Dropout()),
        Case("elu", ELU()),
        Case("flatten", Flatten()),
        Case("gelu", GELU()),
        Case("globalAveragePool", GlobalAveragePool()),
        Case("globalMaxPool", GlobalMaxPool()),
        Case("groupNorm: {groups: 4}", GroupNorm(groups: 4)),
        Case("layerNorm", LayerNorm()),
        Case("leakyReLU", LeakyReLU()),
        Case("linear: {outputFeatures: 7}", Linear(outputFeatures: 7)),
        Case("localResponseNorm: {size: 5}", LocalResponseNorm(size: 5)),
        Case(
            "locallyConnected2d: {outputChannels: 5, kernel: 3}",
            LocallyConnected2D(outputChannels: 5, kernel: 3)
        ),
        Case("maxPool1d: {kernel: 3}", MaxPool1D(kernel: 3)),
        Case("maxPool2d: {kernel: 3}", MaxPool2D(kernel: 3)),
        Case("relu", ReLU()),
        Case("residual: {body: [relu]}", Residual(body: [ReLU()])),
        Case("scale: {factor: -0.5}", Scale(factor: -0.5)),
        Case("sigmoid", Sigmoid()),
        Case("silu", SiLU()),
        Case("tanh", Tanh()),
    ]

    private static let options = [
        Case(
            "averagePool1d: {kernel: 3, stride: 2, padding: 1, ceil: true, countIncludePad: false}",
            AveragePool1D(kernel: 3, stride: 2, padding: 1, roundsUp: true, countsPadding: false)
        ),
        Case(
            "batchNorm1d: {epsilon: 1e-3, momentum: 0.2, weight: false, bias: false}",
            BatchNorm1D(epsilon: 1e-3, momentum: 0.2, hasWeight: false, hasBias: false)
        ),
        Case(
            "conv1d: {outputChannels: 6, kernel: 5, stride: 2, padding: 4, paddingMode: circular, dilation: 2, groups: 3, bias: false}",
            Conv1D(
                outputChannels: 6,
                kernel: 5,
                stride: 2,
                padding: .pixels(Extent(rows: 0, columns: 4)),
                paddingMode: .circular,
                dilation: 2,
                groups: 3,
                hasBias: false
            )
        ),
        Case(
            "conv1d: {outputChannels: 6, kernel: 5, padding: same}",
            Conv1D(outputChannels: 6, kernel: 5, padding: .same)
        ),
        Case(
            "locallyConnected2d: {outputChannels: 5, kernel: [3, 2], stride: 2, padding: same, bias: false}",
            LocallyConnected2D(
                outputChannels: 5,
                kernel: Extent(rows: 3, columns: 2),
                stride: 2,
                padding: .same,
                hasBias: false
            )
        ),
        Case(
            "maxPool1d: {kernel: 3, stride: 2, padding: 1, ceil: true}",
            MaxPool1D(kernel: 3, stride: 2, padding: 1, roundsUp: true)
        ),
        Case(
            "averagePool2d: {kernel: 3, stride: 2, padding: 1, ceil: true, countIncludePad: false}",
            AveragePool2D(kernel: 3, stride: 2, padding: 1, roundsUp: true, countsPadding: false)
        ),
        Case(
            "batchNorm2d: {epsilon: 1e-3, momentum: 0.2, weight: false, bias: false}",
            BatchNorm2D(epsilon: 1e-3, momentum: 0.2, hasWeight: false, hasBias: false)
        ),
        Case(
            "conv2d: {outputChannels: 6, kernel: [3, 5], stride: [1, 2], padding: [1, 0], dilation: [2, 1], groups: 3}",
            Conv2D(
                outputChannels: 6,
                kernel: Extent(rows: 3, columns: 5),
                stride: Extent(rows: 1, columns: 2),
                padding: .pixels(Extent(rows: 1, columns: 0)),
                dilation: Extent(rows: 2, columns: 1),
                groups: 3
            )
        ),
        Case(
            "conv2d: {outputChannels: 6, kernel: 3, padding: same, paddingMode: reflect}",
            Conv2D(outputChannels: 6, kernel: 3, padding: .same, paddingMode: .reflect)
        ),
        Case(
            "conv2d: {outputChannels: 5, kernel: 3, stride: 2, padding: same, bias: false}",
            Conv2D(outputChannels: 5, kernel: 3, stride: 2, padding: .same, hasBias: false)
        ),
        Case(
            "conv2d: {outputChannels: 5, kernel: 3, padding: 1}",
            Conv2D(outputChannels: 5, kernel: 3, padding: .pixels(1))
        ),
        Case("dropout: {probability: 0.25}", Dropout(probability: 0.25)),
        Case("elu: {alpha: 0.5}", ELU(alpha: 0.5)),
        Case("gelu: {approximate: tanh}", GELU(approximation: .tanh)),
        Case(
            "groupNorm: {groups: 2, epsilon: 1e-3, weight: false, bias: false}",
            GroupNorm(groups: 2, epsilon: 1e-3, hasWeight: false, hasBias: false)
        ),
        Case(
            "layerNorm: {epsilon: 1e-3, weight: false, bias: false}",
            LayerNorm(epsilon: 1e-3, hasWeight: false, hasBias: false)
        ),
        Case(
            "localResponseNorm: {size: 3, alpha: 0.5, beta: 0.25, k: 2}",
            LocalResponseNorm(size: 3, alpha: 0.5, beta: 0.25, k: 2)
        ),
        Case("leakyReLU: {negativeSlope: 0.2}", LeakyReLU(negativeSlope: 0.2)),
        Case("linear: {outputFeatures: 7, bias: false}", Linear(outputFeatures: 7, hasBias: false)),
        Case(
            "maxPool2d: {kernel: [3, 2], stride: 2, padding: [1, 0], ceil: true}",
            MaxPool2D(
                kernel: Extent(rows: 3, columns: 2),
                stride: 2,
                padding: Extent(rows: 1, columns: 0),
                roundsUp: true
            )
        ),
        Case(
            "residual: {body: [relu, dropout], shortcut: [linear: {outputFeatures: 7}]}",
            Residual(body: [ReLU(), Dropout()], shortcut: [Linear(outputFeatures: 7)])
        ),
    ]

    @Test(arguments: defaults + options)
    func mappingsGiveTheSameLayersAsInitializers(_ test: Case) throws {
        let layer = try LayerDescription(yaml: test.yaml, source: "test").assemble()
        #expect(String(describing: layer) == String(describing: test.layer))
    }

    @Test func everyKindHasATestOfItsDefaults() {
        #expect(Self.defaults.map { type(of: $0.layer).kind } == LayerRegistry.kinds)
    }
}
