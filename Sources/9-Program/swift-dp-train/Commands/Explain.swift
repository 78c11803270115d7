import ArgumentParser
import Console
import Explanation

/// `explain`.
struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Opens trained networks: filters, feature maps, what speaks for an answer; a page and PNG files.",
        discussion: """
            Given twice, --checkpoint shows two networks beside each other, such as an MLP and a CNN:

              swift-dp-train explain --checkpoint runs/cnn --checkpoint runs/mlp --output explained
            """
    )

    @Option(
        parsing: .singleValue,
        help: "A run folder (its newest checkpoint), a step-NNNNNNNN folder, or a model.safetensors file; repeatable.",
        completion: CompletionSource.checkpoint.kind
    )
    var checkpoint: [String]

    @Option(
        help: ArgumentHelp("Which test images, from 0, with commas between (default: 0,1,2,3).", valueName: "index,...")
    )
    var images: String?

    @Option(
        parsing: .singleValue,
        help:
            "A picture of your own (PNG, JPEG, WebP, BMP, PPM), instead of test images unless --images names some; repeatable."
    )
    var image: [String] = []

    @OptionGroup var source: CheckpointConfigurationOptions

    @Option(help: "The folder for gallery.html and the pictures, made where it is missing.", completion: .directory)
    var output: String

    func validate() throws {
        if checkpoint.contains("") { throw ValidationError("--checkpoint is empty, a path needed") }
        if output.isEmpty { throw ValidationError("--output is empty, a folder's path needed") }
    }

    func run() throws {
        let images = self.images ?? (image.isEmpty ? "0,1,2,3" : nil)
        let indices = try (images ?? "").split(separator: ",", omittingEmptySubsequences: (images ?? "").isEmpty).map {
            word in
            guard let index = Int(word) else {
                throw ValidationError("--images: '\(word)' found, whole numbers with commas between needed")
            }
            return index
        }
        let checkpoints = try checkpoint.map { path in
            ExplainedCheckpoint(path: path, configuration: try source.load(besides: path))
        }
        for line in try NetworkExplanation(checkpoints, images: indices, files: image).write(to: output) {
            try StandardStream.output.writeLine(line)
        }
    }
}
