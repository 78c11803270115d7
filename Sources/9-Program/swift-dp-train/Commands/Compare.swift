import ArgumentParser
import Console
import Foundation
import Metrics
import Reports

/// `compare`.
struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compares runs: what differs between their settings, accuracy, loss, time, images a second.",
        discussion: """
            Seeds of one setting are summed up with 95 % intervals. No winner is named across other data, epochs or \
            evaluation. With --quiet that verdict alone; with --verbose also the settings that can't change a result.
            """
    )

    /// The format of the table.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, csv
    }

    @Argument(help: "Run folders, or folders of such, as of a sweep.", completion: .directory)
    var runs: [String]

    @Option(help: "text, json or csv.")
    var format = Format.text

    @Flag(help: "Compare the runs by their best epochs, whose checkpoints are kept, rather than their last.")
    var best = false

    @OptionGroup var answer: AnswerOptions

    @Option(help: "Write a page with plots to this file, too.", completion: .file())
    var html: String?

    func run() throws {
        let table = ComparisonTable(paths: runs, usesBest: best, showsAllSettings: answer.verbose)
        if let html { try write(ComparisonPage(table, path: html), to: html) }
        switch answer.json ? .json : format {
        case .text where answer.quiet:
            if let verdict = table.verdict { try StandardStream.output.writeLine(verdict) }
        case .text: try StandardStream.output.write(table.text())
        case .json: try StandardStream.output.write(table.json())
        case .csv: try StandardStream.output.write(table.csv())
        }
        // A trial of a sweep that diverged has nothing to compare, which isn't an error.
        if table.rows.isEmpty || table.failures.contains(where: \.isNamed) {
            throw ExitCode(Failure.Code.data.rawValue)
        }
    }

    private func write(_ page: ComparisonPage, to path: String) throws {
        do {
            try Data(page.html().utf8).write(toOutput: path)
        } catch {
            Failure.end("\(path): can't be written: \(error.reason)", code: .inputOutput)
        }
    }
}
