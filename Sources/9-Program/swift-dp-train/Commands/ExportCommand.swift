import ArgumentParser
import Console
import Export

/// `export`.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes a trained network for other systems: ONNX, or Python for PyTorch.",
        discussion: """
            An ONNX file takes images [batch, C, H, W] and gives logits [batch, classes]; its tensors have the names of the \
            checkpoint, and the same checkpoint gives the same bytes. A Python file comes with its weights beside it:

              swift-dp-train export --checkpoint runs/cnn --onnx cnn.onnx --torch cnn.py
            """
    )

    @Option(
        help: "A run folder (its newest checkpoint), a step-NNNNNNNN folder, or a model.safetensors file.",
        completion: CompletionSource.checkpoint.kind
    )
    var checkpoint: String

    @Option(help: "Write this ONNX file.", completion: .file())
    var onnx: String?

    @Option(help: "Write this Python file, and its weights, ending in .safetensors, beside it.", completion: .file())
    var torch: String?

    @Option(
        help: ArgumentHelp(
            """
            Whether scaling, mean and deviation are inside of the ONNX file, which then takes pixels as they are in image \
            files, or outside.
            """
        )
    )
    var preprocessing = ExportedNetwork.Preprocessing.inside

    @OptionGroup var source: CheckpointConfigurationOptions

    func validate() throws {
        if checkpoint.isEmpty { throw ValidationError("--checkpoint is empty, a path needed") }
        if onnx == nil, torch == nil { throw ValidationError("nothing to write: give --onnx FILE or --torch FILE") }
    }

    func run() throws {
        let network = try ExportedNetwork(
            checkpoint: checkpoint,
            configuration: source.load(besides: checkpoint),
            notice: { StandardStream.error.tellLine("swift-dp-train: warning: \($0)") }
        )
        if let onnx {
            try StandardStream.output.writeLine(network.writeONNX(to: onnx, preprocessing: preprocessing))
        }
        if let torch { try StandardStream.output.writeLine(network.writeTorch(to: torch)) }
    }
}

extension ExportedNetwork.Preprocessing: ExpressibleByArgument {}
