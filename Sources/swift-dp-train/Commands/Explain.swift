import ArgumentParser
import Configuration
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
        help: "A run folder (its newest checkpoint), a step-NNNNNNNN folder, or a model.safetensors file; repeatable."
    )
    var checkpoint: [String]

    @Option(help: ArgumentHelp("Which test images, from 0, with commas between.", valueName: "index,..."))
    var images = "0,1,2,3"

    @Option(help: "The configuration of all checkpoints (default: config.yaml of each one's run folder).")
    var config: String?

    @Option(
        name: .customLong("set"),
        parsing: .singleValue,
        help: ArgumentHelp("Overrides a key of the configuration; can be repeated.", valueName: "key.path=value")
    )
    var overrides: [String] = []

    @Option(help: "The folder for gallery.html and the pictures, made where it is missing.")
    var output: String

    func run() throws {
        let indices = try images.split(separator: ",", omittingEmptySubsequences: images.isEmpty).map { word in
            guard let index = Int(word) else {
                throw ValidationError("--images: '\(word)' found, whole numbers with commas between needed")
            }
            return index
        }
        let checkpoints = try checkpoint.map { path in
            let file = try config ?? Evaluate.configurationPath(besides: path)
            return ExplainedCheckpoint(
                path: path,
                configuration: try Configuration.load(path: file, overrides: overrides)
            )
        }
        for line in try Explanation(checkpoints, images: indices).write(to: output) { print(line) }
    }
}
