import ArgumentParser
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

    @Argument(help: "Run folders.")
    var runs: [String]

    @Option(help: "text, json or csv.")
    var format = Format.text

    func run() throws {
        let table = ComparisonTable(paths: runs)
        switch format {
        case .text: print(table.text())
        case .json: print(table.json())
        case .csv: print(table.csv())
        }
        if !table.failures.isEmpty { throw ExitCode(Failure.Code.data.rawValue) }
    }
}
