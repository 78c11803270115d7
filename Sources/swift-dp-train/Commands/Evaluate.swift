import ArgumentParser
import Collectives
import Configuration
import Foundation
import Training

/// `evaluate`.
struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Evaluates a checkpoint on the whole test set, every image once."
    )

    @Option(help: "A run folder (its newest checkpoint), a step-NNNNNNNN folder, or a model.safetensors file.")
    var checkpoint: String

    @Option(help: "The configuration (default: config.yaml of the checkpoint's run folder).")
    var config: String?

    @Option(
        name: .customLong("set"),
        parsing: .singleValue,
        help: ArgumentHelp("Overrides a key of the configuration; can be repeated.", valueName: "key.path=value")
    )
    var overrides: [String] = []

    @Option(help: "Move each image by so many pixels over its reflected border: down, up, right and left in turn.")
    var shiftPixels = 0

    @Flag(help: "Print JSON instead of a line.")
    var json = false

    func validate() throws {
        if shiftPixels < 0 { throw ValidationError("--shift-pixels is \(shiftPixels), 0 or more needed") }
    }

    func run() throws {
        let path = try config ?? Self.configurationPath(besides: checkpoint)
        let configuration = try Configuration.load(path: path, overrides: overrides)
        try RankGroup.run { communicator in
            let result = try CheckpointEvaluation(
                checkpoint: checkpoint,
                configuration: configuration,
                communicator: communicator,
                notice: { FileHandle.standardError.write(Data("swift-dp-train: warning: \($0)\n".utf8)) }
            ).run(shiftPixels: shiftPixels)
            guard communicator.rank == 0 else { return }
            print(json ? result.json : result.text)
        }
    }

    /// Finds the run's configuration above a checkpoint.
    static func configurationPath(besides checkpoint: String) throws -> String {
        var folder = URL(fileURLWithPath: checkpoint).standardizedFileURL
        for _ in 0..<4 {
            let candidate = folder.appendingPathComponent("config.yaml").path
            if FileManager.default.fileExists(atPath: candidate) { return candidate }
            folder.deleteLastPathComponent()
        }
        throw ConfigurationError(
            file: checkpoint,
            problem: "no run folder's config.yaml was found there or above",
            hint: "give --config"
        )
    }
}
