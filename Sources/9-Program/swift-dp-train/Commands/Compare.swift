import ArgumentParser
import Console
import Foundation
import Metrics
import Reports

/// `compare`.
struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compares runs: parameters, accuracy, loss, time, images a second."
    )

    /// How the table is printed.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, csv
    }

    @Argument(help: "Run folders.", completion: .directory)
    var runs: [String]

    @Option(help: "text, json or csv.")
    var format = Format.text

    @Flag(help: "The same as --format json.")
    var json = false

    @Option(help: "Write a page with plots to this file, too.")
    var html: String?

    func run() throws {
        let table = ComparisonTable(paths: runs)
        if let html { try write(ComparisonPage(table, path: html), to: html) }
        switch json ? .json : format {
        case .text: try StandardStream.output.writeLine(table.text())
        case .json: try StandardStream.output.writeLine(table.json())
        case .csv: try StandardStream.output.writeLine(table.csv())
        }
        if !table.failures.isEmpty { throw ExitCode(Failure.Code.data.rawValue) }
    }

    private func write(_ page: ComparisonPage, to path: String) throws {
        do {
            try Data(page.html().utf8).write(toOutput: path)
        } catch {
            Failure.end("\(path): can't be written: \(error.reason)", code: .inputOutput)
        }
    }
}
