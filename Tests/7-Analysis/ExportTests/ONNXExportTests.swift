import ConfigurationFiles
import Datasets
import Export
import Foundation
import NetworkAssembly
import Networks
import SwiftProtobuf
import Tensors
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct ONNXExportTests {
    /// Padding that differs on all four sides, a stride, and a pooling with remaining pixels.
    private static let layers: [any Layer] = [
        Conv2D(outputChannels: 3, kernel: 4, padding: .same), ReLU(), MaxPool2D(kernel: 3, stride: 2), Dropout(),
        Flatten(), Linear(outputFeatures: 10),
    ]

    @Test func nodesAndTensorsMatchTheConfigurationsLayers() throws {
        let model = try ONNXModel(serializedBytes: SmallNetwork(Self.layers).exported.onnx(preprocessing: .outside))
        #expect(model.irVersion == 8)
        #expect(model.opsetImport.map(\.version) == [17])
        let graph = model.graph
        #expect(graph.node.map(\.opType) == ["Conv", "Relu", "MaxPool", "Flatten", "Gemm"])
        #expect(graph.node.map(\.name) == ["0", "1", "2", "4", "5"])
        #expect(graph.node.map { $0.input[0] } == ["images", "0.output", "1.output", "2.output", "4.output"])
        #expect(graph.node[4].output == ["logits"])
        #expect(graph.node[0].input == ["images", "0.weight", "0.bias"])
        #expect(graph.node[0].integers("pads", []) == [1, 1, 2, 2])
        #expect(graph.node[0].integers("strides", []) == [1, 1])
        #expect(graph.node[2].integers("kernel_shape", []) == [3, 3])
        #expect(graph.node[4].attribute.map(\.name) == ["transB"])
        #expect(graph.initializer.map(\.name) == ["0.weight", "0.bias", "5.weight", "5.bias"])
        #expect(graph.initializer.map(\.dims) == [[3, 1, 4, 4], [3], [10, 27], [10]])
        let dimensions = graph.input[0].type.tensorType.shape.dim
        #expect(dimensions[0].dimParam == "batch")
        #expect(dimensions.dropFirst().map(\.dimValue) == [1, 8, 8])
        #expect(graph.output[0].type.tensorType.shape.dim.map(\.dimValue) == [0, 10])
    }

    /// Each layer of configurations, in a network that contains it.
    private static let networks: [(name: String, layers: [any Layer])] = [
        ("conv", layers),
        (
            "a flattened image, normalized",
            [
                Conv2D(outputChannels: 3, kernel: 3, stride: 2), Flatten(), BatchNorm1D(),
                BatchNorm1D(hasWeight: false),
                Linear(outputFeatures: 10),
            ]
        ),
        ("dense", [Flatten(), Linear(outputFeatures: 7, hasBias: false), ReLU(), Linear(outputFeatures: 10)]),
        (
            "pools",
            [
                Conv2D(outputChannels: 4, kernel: 3, stride: 2, padding: .pixels(1), hasBias: false), BatchNorm2D(),
                ReLU(), AveragePool2D(kernel: 2), GlobalAveragePool(), Linear(outputFeatures: 10),
            ]
        ),
        (
            "residual",
            [
                Residual(body: [Conv2D(outputChannels: 1, kernel: 3, padding: .same), BatchNorm2D(epsilon: 0.01)]),
                Residual(
                    body: [Conv2D(outputChannels: 4, kernel: 3, stride: 2, padding: .pixels(1)), ReLU()],
                    shortcut: [Conv2D(outputChannels: 4, kernel: 1, stride: 2)]
                ),
                MaxPool2D(kernel: 2), Flatten(), Linear(outputFeatures: 10),
            ]
        ),
        (
            "activations",
            [
                Conv2D(outputChannels: 3, kernel: 3), LeakyReLU(negativeSlope: 0.2), ELU(alpha: 0.7), SiLU(), GELU(),
                Scale(factor: -2.5), GELU(approximation: .tanh), Tanh(), Flatten(), Linear(outputFeatures: 10),
                Sigmoid(),
            ]
        ),
        (
            "convolutions",
            [
                Conv2D(outputChannels: 4, kernel: 3, padding: .same, dilation: 2),
                Conv2D(
                    outputChannels: 6,
                    kernel: Extent(rows: 3, columns: 5),
                    stride: Extent(rows: 2, columns: 1),
                    groups: 2
                ),
                Conv2D(outputChannels: 6, kernel: 3, padding: .same, groups: 6),
                Conv2D(outputChannels: 3, kernel: 2, padding: .same, paddingMode: .reflect),
                Conv2D(outputChannels: 4, kernel: 3, padding: .pixels(2), paddingMode: .replicate), GlobalMaxPool(),
                Linear(outputFeatures: 10),
            ]
        ),
        (
            "normalizations",
            [
                Conv2D(outputChannels: 4, kernel: 3, padding: .same), BatchNorm2D(hasWeight: false),
                BatchNorm2D(hasBias: false), GroupNorm(groups: 2), GroupNorm(groups: 4, hasWeight: false),
                GroupNorm(groups: 1, hasBias: false), GroupNorm(groups: 2, hasWeight: false, hasBias: false),
                LocalResponseNorm(size: 3, alpha: 0.5, beta: 0.6, k: 1.5), LayerNorm(hasWeight: false),
                LayerNorm(hasBias: false), LayerNorm(), Flatten(), Linear(outputFeatures: 10), LayerNorm(),
            ]
        ),
        (
            "padded pools",
            [
                MaxPool2D(kernel: 3, stride: 2, padding: 1, roundsUp: true),
                AveragePool2D(kernel: 3, stride: 1, padding: 1),
                MaxPool2D(kernel: Extent(rows: 2, columns: 1), stride: 1, padding: Extent(rows: 1, columns: 0)),
                AveragePool2D(kernel: 3, stride: 2, padding: 1, countsPadding: false), Flatten(),
                Linear(outputFeatures: 10),
            ]
        ),
        (
            "sequences",
            [
                Conv2D(outputChannels: 4, kernel: Extent(rows: 8, columns: 1)),
                Conv1D(outputChannels: 6, kernel: 3, padding: .same, dilation: 2, groups: 2), BatchNorm1D(),
                MaxPool1D(kernel: 3, stride: 2, padding: 1), AveragePool1D(kernel: 2, stride: 1), GlobalAveragePool(),
                Linear(outputFeatures: 10), BatchNorm1D(),
            ]
        ),
        (
            "branches",
            [
                Concatenate(branches: [
                    [], [Conv2D(outputChannels: 2, kernel: 3, padding: .same), ReLU()],
                    [MaxPool2D(kernel: 3, stride: 1, padding: 1)],
                ]),
                AveragePool2D(kernel: 1, stride: 2), Concatenate(branches: [[], [Scale(factor: 0)]]),
                Concatenate(branches: [[Flatten()], [GlobalAveragePool()]]), Linear(outputFeatures: 10),
            ]
        ),
    ]

    @Test(arguments: networks.map(\.name), ExportedNetwork.Preprocessing.allCases)
    func theExportedNetworkGivesTheSameLogits(name: String, preprocessing: ExportedNetwork.Preprocessing) throws {
        let layers = try #require(Self.networks.first { $0.name == name }).layers
        let network = try SmallNetwork(layers)
        let interpreter = try ONNXInterpreter(network.exported.onnx(preprocessing: preprocessing))
        let found = try interpreter.run(images: network.images(areScaled: preprocessing == .outside))
        #expect(found.shape == [SmallNetwork.imageCount, 10])
        try expectClose(found.values, network.logits(), absolute: 1e-5, relative: 1e-5)
    }

    @Test func featuresThatAreNotImagesAreAVector() throws {
        let network = try Network(
            [Linear(outputFeatures: 3)],
            inputShape: .vector(count: 5, image: nil),
            classCount: 3,
            maximumBatch: 1,
            fusesLayers: false
        )
        let shape = ImageShape(channels: 5, height: 1, width: 1)
        let empty = ImageSet(shape: shape, pixels: [], labels: [])
        let features = ImageDataset(
            name: "features",
            classNames: ["a", "b", "c"],
            maximumPixelValue: 255,
            normalization: Normalization(mean: [1, 2, 3, 4, 5], standardDeviation: [1, 1, 1, 1, 2]),
            training: empty,
            test: empty
        )
        let exported = ExportedNetwork(replica: Replica(of: network), dataset: features, name: "features")
        let graph = try ONNXModel(serializedBytes: exported.onnx(preprocessing: .inside)).graph
        #expect(graph.input[0].type.tensorType.shape.dim.map(\.dimValue) == [0, 5])
        #expect(graph.initializer.first { $0.name == "pixel_mean" }?.dims == [1, 5])
        #expect(try exported.torch(weights: "w.safetensors").contains(".reshape(1, -1) for values"))
    }

    /// Refused, because the standard defines it differently.
    @Test(
        arguments: [
            AveragePool2D(kernel: 3, roundsUp: true), LocallyConnected2D(outputChannels: 1, kernel: 1),
            LocalResponseNorm(size: 2),
            Conv2D(outputChannels: 2, kernel: 3, padding: .same, paddingMode: .circular),
        ] as [any Layer]
    )
    func whatHasNoCounterpartIsNamed(_ layer: any Layer) throws {
        let network = try SmallNetwork([layer, Flatten(), Linear(outputFeatures: 10)]).exported
        let error = ExportError.noCounterpart(layer: "0", kind: type(of: layer).kind, format: "ONNX")
        #expect(throws: error) { try network.onnx(preprocessing: .inside) }
    }

    @Test func permutedPixelsAreExported() throws {
        let network = try SmallNetwork(Self.layers, permutationSeed: 5)
        let interpreter = try ONNXInterpreter(network.exported.onnx(preprocessing: .inside))
        let found = try interpreter.run(images: network.images(areScaled: false))
        try expectClose(found.values, network.logits(), absolute: 1e-5, relative: 1e-5)
    }

    @Test func everyLayerThatCanBeConfiguredCanBeExported() {
        #expect(Set(LayerRegistry.kinds).subtracting(ExportedNetwork.exportableKinds).isEmpty)
    }

    @Test func aLayerWithoutACounterpartIsNamed() throws {
        let inner: [any Layer] = [ReLU(), Mystery()]
        let network = try SmallNetwork([Residual(body: inner), Flatten(), Linear(outputFeatures: 10)]).exported
        let error = ExportError.noCounterpart(layer: "0.body.1", kind: "mystery", format: "ONNX")
        #expect(throws: error) { try network.onnx(preprocessing: .inside) }
        #expect(error.description.hasPrefix("layer 0.body.1 (mystery) can't be exported to ONNX"))
        #expect(throws: ExportError.self) { try network.torch(weights: "w.safetensors") }
    }

    /// The golden file was encoded by hand in Tests/Support/Golden/onnx_file.py, and checked with onnx and onnxruntime.
    @Test func exportedBytesEqualTheRecordedFile() throws {
        let network = try SmallNetwork([
            Conv2D(outputChannels: 2, kernel: 3, padding: .same), BatchNorm2D(), ReLU(), GlobalAveragePool(),
            Linear(outputFeatures: 10),
        ])
        let data = try network.exported.onnx(preprocessing: .inside)
        let golden = try Data(contentsOf: SourceTree.root.appending(path: "Tests/Support/Golden/fixtures/small.onnx"))
        #expect(data.map { $0 } == golden.map { $0 })
        #expect(try network.exported.onnx(preprocessing: .inside) == data)
    }
}

/// A layer that only these tests know.
private struct Mystery: Layer {
    static let kind = "mystery"
    var role: LayerRole { .pointwise }

    func plan(_ context: LayerContext) throws(LayerError) -> any LayerPlan { try ReLU().plan(context) }
}
