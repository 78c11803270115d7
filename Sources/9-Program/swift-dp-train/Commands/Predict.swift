import ArgumentParser
import Collectives
import Console
import Foundation
import Predictions

/// `predict`.
struct Predict: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Asks a trained network what pictures show.",
        discussion: """
            Pictures are turned, resized and normalized as the training images were. Folders are looked through with all \
            folders in them; - is a picture on standard input. What can't be read is named and skipped, and the program then \
            ends with 65.

              swift-dp-train predict --checkpoint runs/pets --top 3 cat.jpg photographs/
              mpirun -n 4 swift-dp-train predict --checkpoint runs/pets --csv photographs/ > answers.csv
            """
    )

    @Option(
        help: "A run folder (its newest checkpoint), a step-NNNNNNNN folder, or a model.safetensors file.",
        completion: CompletionSource.checkpoint.kind
    )
    var checkpoint: String

    @Option(help: "How many classes are named for each picture.")
    var top = 5

    @Flag(help: "Print a JSON object a line: path, and classes with their probabilities.")
    var json = false

    @Flag(help: "Print CSV: a line for each picture and class.")
    var csv = false

    @OptionGroup var source: CheckpointConfigurationOptions

    @Argument(
        help: ArgumentHelp("Pictures (PNG, JPEG, WebP, BMP, PPM), folders of them, or -.", valueName: "picture"),
        completion: .file()
    )
    var pictures: [String]

    func validate() throws {
        if checkpoint.isEmpty { throw ValidationError("--checkpoint is empty, a path needed") }
        if top < 1 { throw ValidationError("--top is \(top), 1 or more needed") }
        if json, csv { throw ValidationError("--json and --csv exclude each other") }
    }

    func run() throws {
        let configuration = try source.load(besides: checkpoint)
        let format: AnswerFormat = json ? .json : csv ? .csv : .text
        let failureCount = try RankGroup.run { communicator in
            let isFirst = communicator.rank == 0
            let predictions = try PicturePredictions(
                checkpoint: checkpoint,
                configuration: configuration,
                communicator: communicator,
                notice: { StandardStream.error.tellLine("swift-dp-train: warning: \($0)") }
            )
            let list = try sharedList(over: communicator)
            if isFirst { try StandardStream.output.write(format.header) }
            let failureCount = try predictions.run(
                list,
                standardInput: try standardInput(for: list, over: communicator),
                top: top
            ) { result in
                guard isFirst else { return }
                switch result {
                case .success(let answer): try StandardStream.output.write(format.text(answer))
                case .failure(let error): StandardStream.error.tellLine("swift-dp-train: \(error), skipped")
                }
            }
            if isFirst, failureCount > 0 {
                StandardStream.error.tellLine("swift-dp-train: \(failureCount) of \(list.paths.count) pictures skipped")
            }
            return failureCount
        }
        if failureCount > 0 { throw ExitCode(Failure.Code.data.rawValue) }
    }

    /// The files that rank 0 finds, on every rank: other hosts may have different ones.
    private func sharedList(over communicator: any Communicator) throws -> PictureList {
        let found = communicator.rank == 0 ? try PictureList(arguments: pictures).paths : []
        let bytes = try communicator.broadcast(Array(found.joined(separator: "\0").utf8), from: 0)
        let names = bytes.split(separator: 0, omittingEmptySubsequences: false)
        return PictureList(paths: names.map { String(decoding: $0, as: UTF8.self) })
    }

    private func standardInput(for list: PictureList, over communicator: any Communicator) throws -> [UInt8]? {
        guard list.paths.contains(PictureList.standardInput) else { return nil }
        let input = FileHandle(fileDescriptor: STDIN_FILENO)
        let bytes = communicator.rank == 0 ? Array(try input.readToEnd() ?? Data()) : []
        return try communicator.broadcast(bytes, from: 0)
    }
}
