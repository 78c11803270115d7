import Configuration
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
        Case("averagePool2d: {kernel: 3}", AveragePool2D(kernel: 3)),
        Case("batchNorm2d", BatchNorm2D()),
        Case("conv2d: {outputChannels: 5, kernel: 3}", Conv2D(outputChannels: 5, kernel: 3)),
        Case("dropout", Dropout()),
        Case("flatten", Flatten()),
        Case("globalAveragePool", GlobalAveragePool()),
        Case("linear: {outputFeatures: 7}", Linear(outputFeatures: 7)),
        Case("maxPool2d: {kernel: 3}", MaxPool2D(kernel: 3)),
        Case("relu", ReLU()),
        Case("residual: {body: [relu]}", Residual(body: [ReLU()])),
    ]

    private static let options = [
        Case("averagePool2d: {kernel: 3, stride: 2}", AveragePool2D(kernel: 3, stride: 2)),
        Case("batchNorm2d: {epsilon: 1e-3, momentum: 0.2}", BatchNorm2D(epsilon: 1e-3, momentum: 0.2)),
        Case(
            "conv2d: {outputChannels: 5, kernel: 3, stride: 2, padding: same, bias: false}",
            Conv2D(outputChannels: 5, kernel: 3, stride: 2, padding: .same, hasBias: false)
        ),
        Case(
            "conv2d: {outputChannels: 5, kernel: 3, padding: 1}",
            Conv2D(outputChannels: 5, kernel: 3, padding: .pixels(1))
        ),
        Case("dropout: {probability: 0.25}", Dropout(probability: 0.25)),
        Case("linear: {outputFeatures: 7, bias: false}", Linear(outputFeatures: 7, hasBias: false)),
        Case("maxPool2d: {kernel: 3, stride: 2}", MaxPool2D(kernel: 3, stride: 2)),
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
