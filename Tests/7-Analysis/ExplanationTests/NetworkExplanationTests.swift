import Assembly
import Checkpoints
import ConfigurationFiles
import Datasets
import Explanation
import Foundation
import Networks
import Tensors
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct NetworkExplanationTests {
    /// A network as the values that it is made of, and as a run's configuration names it.
    private struct Example {
        let layers: [any Layer]
        let yaml: String
    }

    private static let convolutional = Example(
        layers: [Conv2D(outputChannels: 3, kernel: 3), ReLU(), Flatten(), Linear(outputFeatures: 10)],
        yaml: """
            dataset: {name: digits}
            network: {layers: [conv2d: {outputChannels: 3, kernel: 3}, relu, flatten, linear: {outputFeatures: 10}]}
            """
    )
    private static let dense = Example(
        layers: [Flatten(), Linear(outputFeatures: 4), ReLU(), Linear(outputFeatures: 10)],
        yaml: """
            dataset: {name: digits}
            network: {layers: [flatten, linear: {outputFeatures: 4}, relu, linear: {outputFeatures: 10}]}
            """
    )

    @Test func writesASelfContainedPage() throws {
        try withTemporaryFolder { folder in
            let checkpoints = [
                try Self.checkpoint(folder + "/cnn", Self.convolutional),
                try Self.checkpoint(folder + "/mlp", Self.dense),
            ]
            let output = folder + "/new/output"
            let lines = try NetworkExplanation(checkpoints, images: [0, 359]).write(to: output)
            let page = try String(contentsOfFile: output + "/gallery.html", encoding: .utf8)
            let files = try FileManager.default.contentsOfDirectory(atPath: output).filter { $0.hasSuffix(".png") }
            #expect(page.components(separatedBy: "<img src=\"data:image/png;base64,").count - 1 == files.count)
            // With the color of the network's kind, which is the same on every page, and named by its path.
            #expect(page.contains("<p class=\"source series-1\">cnn (CNN, "))
            #expect(page.contains("<p class=\"source series-0\">mlp (MLP, "))
            #expect(page.contains("from \(folder)/cnn/model.safetensors</p>"))
            #expect(!page.contains("http") && !page.contains("<script") && !page.contains("<link"))
            for name in ["cnn-filters-layer-0", "cnn-class-9", "mlp-first-layer", "mlp-image-359-layer-3"] {
                #expect(files.contains(name + ".png"))
            }
            #expect(files.contains { $0.hasPrefix("cnn-image-0") && $0.hasSuffix("gradcam.png") })
            #expect(!files.contains { $0.hasPrefix("mlp") && $0.contains("gradcam") })
            #expect(lines.contains { $0.hasPrefix("mlp: without a convolution") })
        }
    }

    @Test func namesWhatIsMissing() throws {
        try withTemporaryFolder { folder in
            let digits = try Self.checkpoint(folder + "/mlp", Self.dense)
            let cifar = ExplainedCheckpoint(
                path: folder,
                configuration: try Self.configuration(Self.dense, overrides: ["dataset.name=cifar10"])
            )
            func explain(_ checkpoints: [ExplainedCheckpoint], _ images: [Int], in output: String) throws {
                _ = try NetworkExplanation(checkpoints, images: images).write(to: output)
            }
            let output = folder + "/output"
            #expect(throws: ExplanationError.noCheckpoints) { try explain([], [0], in: output) }
            #expect(throws: ExplanationError.noImages) { try explain([digits], [], in: output) }
            #expect(throws: ExplanationError.imageOutOfRange(index: 360, imageCount: 360)) {
                try explain([digits], [0, 360], in: output)
            }
            #expect(throws: ExplanationError.datasetsDiffer(first: "digits", other: "cifar10")) {
                try explain([digits, cifar], [0], in: output)
            }
            #expect(!FileManager.default.fileExists(atPath: output))
            let blocked = folder + "/mlp/model.safetensors/output"
            #expect(throws: ExplanationError.output(path: blocked, reason: "no folder can be made there")) {
                try explain([digits], [0], in: blocked)
            }
        }
    }

    @Test func refusesACheckpointOfAnotherNetwork() throws {
        try withTemporaryFolder { folder in
            let checkpoint = try Self.checkpoint(folder + "/mlp", Self.dense)
            let other = try Self.configuration(Self.convolutional)
            #expect(throws: CheckpointError.self) {
                try NetworkExplanation(
                    [ExplainedCheckpoint(path: checkpoint.path, configuration: other)],
                    images: [0]
                )
            }
        }
    }

    /// Writes a network's initial weights into a folder.
    private static func checkpoint(_ folder: String, _ example: Example) throws -> ExplainedCheckpoint {
        let network = try Network(
            example.layers,
            inputShape: .image(height: 8, width: 8, channels: 1),
            classCount: 10,
            maximumBatch: 1
        )
        let replica = Replica(of: network)
        network.initialize(replica.parameters.slice, scheme: .pytorch, seed: 0)
        let tensors = network.parameters.map { parameter in
            NamedTensor(
                name: parameter.name,
                shape: parameter.shape,
                values: parameter.values(in: replica.parameters.slice)
            )
        }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = folder + "/model.safetensors"
        try Data(Safetensors.encode(tensors)).write(to: URL(fileURLWithPath: path))
        return ExplainedCheckpoint(path: path, configuration: try configuration(example))
    }

    private static func configuration(_ example: Example, overrides: [String] = []) throws -> Configuration {
        try Configuration(yaml: example.yaml, file: "test.yaml", overrides: overrides)
    }
}
