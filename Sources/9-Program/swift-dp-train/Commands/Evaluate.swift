import ArgumentParser
import Collectives
import Console
import Foundation
import Training

/// `evaluate`.
struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Evaluates a checkpoint on the whole test set, every image once."
    )

    @Option(help: "A run folder (its newest checkpoint), a step-NNNNNNNN folder, or a model.safetensors file.")
    var checkpoint: String

    @OptionGroup var source: CheckpointConfigurationOptions

    @Option(
        parsing: .unconditional,
        help: "Move each image by so many pixels over its reflected border: down, up, right and left in turn."
    )
    var shiftPixels = 0

    @Flag(help: "Print JSON instead of a line.")
    var json = false

    func validate() throws {
        if checkpoint.isEmpty { throw ValidationError("--checkpoint is empty, a path needed") }
        if shiftPixels < 0 { throw ValidationError("--shift-pixels is \(shiftPixels), 0 or more needed") }
    }

    func run() throws {
        let configuration = try source.load(besides: checkpoint)
        try RankGroup.run { communicator in
            let result = try CheckpointEvaluation(
                checkpoint: checkpoint,
                configuration: configuration,
                communicator: communicator,
                notice: { StandardStream.error.tellLine("swift-dp-train: warning: \($0)") }
            ).run(shiftPixels: shiftPixels)
            guard communicator.rank == 0 else { return }
            try StandardStream.output.writeLine(json ? result.json : result.text)
        }
    }
}
