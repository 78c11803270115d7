import ArgumentParser
import Assembly
import Checkpoints
import Collectives
import ConfigurationFiles
import Console
import Datasets
import Formatting
import Foundation
import Predictions

extension EvaluationOptions.TestTimeAugmentation: ExpressibleByArgument {}

/// `evaluate`.
struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Evaluates a checkpoint on the whole test set, every image once: accuracy by class, and what is taken for what.",
        discussion: "With --verbose also which checkpoint and configuration that is, and how long it took."
    )

    @Option(
        help: "A run folder (its newest checkpoint), a step-NNNNNNNN folder, or a model.safetensors file.",
        completion: CompletionSource.checkpoint.kind
    )
    var checkpoint: String

    @Flag(help: "Take the run's best checkpoint, checkpoints/best, instead of its newest.")
    var best = false

    @OptionGroup var source: CheckpointConfigurationOptions

    @Option(
        parsing: .unconditional,
        help: "Move each image by so many pixels over its reflected border: down, up, right and left in turn."
    )
    var shiftPixels = 0

    @Option(
        help:
            "Average the answers over views of each image: none, mirror or translate; else what the configuration says."
    )
    var tta: EvaluationOptions.TestTimeAugmentation?

    @OptionGroup var answer: AnswerOptions

    @Option(help: "Write each image's label, answer and probabilities to this CSV file, too.", completion: .file())
    var predictions: String?

    @Flag(help: "Put logits instead of probabilities into that file.")
    var logits = false

    @Option(
        help: "Write a page to this file, too: what is taken for what, the surest mistakes, calibration.",
        completion: .file()
    )
    var html: String?

    func validate() throws {
        if logits, predictions == nil { throw ValidationError("--logits is for the file of --predictions") }
        if checkpoint.isEmpty { throw ValidationError("--checkpoint is empty, a path needed") }
        if shiftPixels < 0 { throw ValidationError("--shift-pixels is \(shiftPixels), 0 or more needed") }
        if shiftPixels > 0, predictions != nil || html != nil {
            throw ValidationError("--predictions and --html are of images where they are: leave --shift-pixels out")
        }
    }

    func run() throws {
        let configuration = try source.load(besides: checkpoint)
        let start = ContinuousClock.now
        try RankGroup.run { communicator in
            let evaluation = try CheckpointEvaluation(
                checkpoint: best && communicator.rank == 0 ? CheckpointStore.pathOfBest(in: checkpoint) : checkpoint,
                configuration: configuration,
                communicator: communicator,
                notice: { StandardStream.error.tellLine("swift-dp-train: warning: \($0)") }
            )
            var table = PredictionsTable(
                classNames: evaluation.dataset.classNames,
                content: logits ? .logit : .probability
            )
            let keepsTable = predictions != nil && communicator.rank == 0
            let names = keepsTable ? try evaluation.dataset.testNames() : nil
            let views = (tta ?? configuration.evaluation.testTimeAugmentation).views
            let answers = try evaluation.run(shiftPixels: shiftPixels, views: views) { image, logits in
                if keepsTable {
                    table.add(index: image.index, path: names?[image.index], label: image.label, logits: logits)
                }
            }
            guard communicator.rank == 0 else { return }
            if let predictions { try table.write(to: predictions) }
            if let html {
                try EvaluationPage(answers, of: evaluation, configuration: configuration, name: checkpoint)
                    .write(to: html)
            }
            let path = evaluation.predictor.checkpointPath ?? checkpoint
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            let text =
                switch answer.form {
                case .line: answers.line
                case .usual: "\(path): \(answers.text)"
                case .verbose:
                    "\(path) by \(configuration.file), \(Format.count(communicator.worldSize, "rank")), "
                        + "\(Format.fixed(seconds, digits: 2)) s: \(answers.text)"
                case .json: try answers.json(checkpoint: path)
                }
            try StandardStream.output.writeLine(text)
        }
    }
}
