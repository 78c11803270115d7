import Checkpoints
import Export
import Foundation
import Networks
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct TorchExportTests {
    @Test func theNetworkIsASequentialOfTheConfigurationsLayers() throws {
        let network = try SmallNetwork([
            Conv2D(outputChannels: 3, kernel: 3, padding: .same, hasBias: false), BatchNorm2D(), ReLU(),
            Residual(
                body: [Conv2D(outputChannels: 6, kernel: 3, stride: 2, padding: .pixels(1))],
                shortcut: [Conv2D(outputChannels: 6, kernel: 1, stride: 2)]
            ),
            Conv2D(outputChannels: 2, kernel: 2, padding: .same), MaxPool2D(kernel: 2), AveragePool2D(kernel: 1),
            Dropout(probability: 0.25), Flatten(), Linear(outputFeatures: 10),
        ])
        let source = try network.exported.torch(weights: "small.safetensors")
        let expected = """
                return nn.Sequential(
                    nn.Conv2d(1, 3, 3, bias=False, padding=1),
                    nn.BatchNorm2d(3, eps=1e-05, momentum=0.1),
                    nn.ReLU(),
                    Residual(nn.Sequential(
                        nn.Conv2d(3, 6, 3, stride=2, padding=1),
                    ), nn.Sequential(
                        nn.Conv2d(3, 6, 1, stride=2),
                    )),
                    PaddedConv2d(6, 2, 2, zeros=(0, 1, 0, 1)),
                    nn.MaxPool2d(2, stride=2),
                    nn.AvgPool2d(1, stride=1),
                    nn.Dropout(0.25),
                    nn.Flatten(),
                    nn.Linear(8, 10),
                )
            """
        #expect(source.contains(expected), "\(source)")
        #expect(source.contains("class Residual(nn.Module):"))
        #expect(source.contains("class PaddedConv2d(nn.Conv2d):"))
        #expect(source.contains("MAXIMUM, MEAN, DEVIATION = 16.0, [0.3053], [0.376]"))
        #expect(source.contains("WEIGHTS = pathlib.Path(__file__).parent / \"small.safetensors\""))
    }

    @Test func everyOptionIsAnArgumentOfTheModule() throws {
        let network = try SmallNetwork([
            Conv2D(
                outputChannels: 4,
                kernel: Extent(rows: 3, columns: 5),
                stride: Extent(rows: 2, columns: 1),
                padding: .pixels(Extent(rows: 1, columns: 2)),
                paddingMode: .reflect,
                dilation: Extent(rows: 1, columns: 2)
            ),
            Conv2D(outputChannels: 4, kernel: 1, groups: 4), BatchNorm2D(hasWeight: false, hasBias: false),
            LeakyReLU(negativeSlope: 0.2), ELU(alpha: 0.5), SiLU(), GELU(approximation: .tanh), Sigmoid(), Tanh(),
            Scale(factor: -0.5), GroupNorm(groups: 2), LocalResponseNorm(size: 5, k: 2),
            LayerNorm(hasWeight: false, hasBias: false),
            MaxPool2D(kernel: 2, stride: 1, padding: 1, roundsUp: true),
            AveragePool2D(kernel: Extent(rows: 1, columns: 2), stride: 1, countsPadding: false),
            Concatenate(branches: [[], [ReLU()]]), GlobalMaxPool(), LayerNorm(hasBias: false),
            Linear(outputFeatures: 10),
        ])
        let source = try network.exported.torch(weights: "small.safetensors")
        let expected = """
                return nn.Sequential(
                    nn.Conv2d(1, 4, (3, 5), stride=(2, 1), dilation=(1, 2), padding=(1, 2), padding_mode='reflect'),
                    nn.Conv2d(4, 4, 1, groups=4),
                    nn.BatchNorm2d(4, eps=1e-05, momentum=0.1, affine=False),
                    nn.LeakyReLU(0.2),
                    nn.ELU(0.5),
                    nn.SiLU(),
                    nn.GELU(approximate='tanh'),
                    nn.Sigmoid(),
                    nn.Tanh(),
                    Scale(-0.5),
                    nn.GroupNorm(2, 4, eps=1e-05),
                    nn.LocalResponseNorm(5, alpha=0.0001, beta=0.75, k=2.0),
                    nn.LayerNorm([4, 4, 4], eps=1e-05, elementwise_affine=False),
                    nn.MaxPool2d(2, stride=1, padding=1, ceil_mode=True),
                    nn.AvgPool2d((1, 2), stride=1, count_include_pad=False),
                    Concatenate(nn.Sequential(
                    ), nn.Sequential(
                        nn.ReLU(),
                    )),
                    nn.Sequential(nn.AdaptiveMaxPool2d(1), nn.Flatten()),
                    nn.LayerNorm([8], eps=1e-05, bias=False),
                    nn.Linear(8, 10),
                )
            """
        #expect(source.contains(expected), "\(source)")
        #expect(source.contains("class Scale(nn.Module):") && source.contains("class Concatenate(nn.Module):"))
    }

    @Test func layersWithoutAModuleOfTheirOwnAreWrittenOut() throws {
        let network = try SmallNetwork([
            Conv2D(outputChannels: 3, kernel: Extent(rows: 8, columns: 1)),
            Conv1D(
                outputChannels: 4,
                kernel: 5,
                stride: 2,
                padding: .pixels(Extent(rows: 0, columns: 2)),
                paddingMode: .circular
            ),
            BatchNorm1D(), MaxPool1D(kernel: 2, stride: 1), AveragePool1D(kernel: 3, stride: 2, padding: 1),
            LocallyConnected2D(outputChannels: 2, kernel: Extent(rows: 1, columns: 2), hasBias: false), Flatten(),
            Linear(outputFeatures: 10), BatchNorm1D(),
        ])
        let source = try network.exported.torch(weights: "small.safetensors")
        let expected = """
                return nn.Sequential(
                    nn.Conv2d(1, 3, (8, 1)),
                    RowConv1d(3, 4, 5, stride=2, padding=2, padding_mode='circular'),
                    nn.BatchNorm2d(4, eps=1e-05, momentum=0.1),
                    nn.MaxPool2d((1, 2), stride=1),
                    nn.AvgPool2d((1, 3), stride=(1, 2), padding=(0, 1)),
                    LocallyConnected2d(4, 2, (1, 2), (1, 1), stride=1, zeros=(0, 0, 0, 0), bias=False),
                    nn.Flatten(),
                    nn.Linear(2, 10),
                    nn.BatchNorm1d(10, eps=1e-05, momentum=0.1),
                )
            """
        #expect(source.contains(expected), "\(source)")
        #expect(
            source.contains("class RowConv1d(nn.Conv1d):") && source.contains("class LocallyConnected2d(nn.Module):")
        )
    }

    /// In PyTorch an affine normalization has both, or only a scale: the other is taken away.
    @Test(
        arguments: [
            (BatchNorm2D(hasBias: false), "without(\"bias\", nn.BatchNorm2d(1, eps=1e-05, momentum=0.1))"),
            (BatchNorm2D(hasWeight: false), "without(\"weight\", nn.BatchNorm2d(1, eps=1e-05, momentum=0.1))"),
            (GroupNorm(groups: 1, hasWeight: false), "without(\"weight\", nn.GroupNorm(1, 1, eps=1e-05))"),
            (LayerNorm(hasWeight: false), "without(\"weight\", nn.LayerNorm([1, 8, 8], eps=1e-05))"),
            (LayerNorm(hasBias: false), "nn.LayerNorm([1, 8, 8], eps=1e-05, bias=False)"),
        ] as [(any Layer, String)]
    )
    func halfOfAnAffineNormalizationIsTakenAway(_ layer: any Layer, module: String) throws {
        let network = try SmallNetwork([layer, Flatten(), Linear(outputFeatures: 10)]).exported
        let source = try network.torch(weights: "w.safetensors")
        #expect(source.contains("        \(module),\n"), "\(source)")
        #expect(source.contains("def without(name, module):") == module.hasPrefix("without"))
    }

    @Test func modulesThatAreNotNeededAreNotWritten() throws {
        let source = try SmallNetwork([Flatten(), Linear(outputFeatures: 10)]).exported.torch(weights: "w.safetensors")
        #expect(!source.contains("class "))
        #expect(!source.contains("ORDER"))
    }

    @Test func namesAreQuoted() throws {
        let layers: [any Layer] = [Flatten(), Linear(outputFeatures: 10)]
        let source = try SmallNetwork(layers, name: "a\"\n\"\"\"b").exported.torch(weights: "w.safetensors")
        #expect(source.contains(#"NAME = "a\"\n\"\"\"b""#))
    }

    @Test func theWeightsAreBesideTheSource() throws {
        try withTemporaryFolder { folder in
            let network = try SmallNetwork([Flatten(), Linear(outputFeatures: 10)])
            _ = try network.exported.writeTorch(to: "\(folder)/small.py")
            let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            #expect(files == ["small.py", "small.safetensors"])
            let tensors = try Safetensors.decode(Array(Data(contentsOf: URL(filePath: "\(folder)/small.safetensors"))))
                .tensors
            #expect(tensors.map(\.name) == ["1.bias", "1.weight"])
            #expect(tensors.map(\.shape) == [[10], [10, 64]])
        }
    }

    @Test func aFileThatCannotBeWrittenIsNamed() throws {
        try withTemporaryFolder { folder in
            let network = try SmallNetwork([Flatten(), Linear(outputFeatures: 10)]).exported
            #expect(throws: ExportError.self) { try network.writeTorch(to: "\(folder)/none/small.py") }
            #expect(throws: ExportError.self) {
                try network.writeONNX(to: "\(folder)/none/small.onnx", preprocessing: .inside)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
    }
}
