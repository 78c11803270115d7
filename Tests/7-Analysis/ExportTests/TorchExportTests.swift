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
