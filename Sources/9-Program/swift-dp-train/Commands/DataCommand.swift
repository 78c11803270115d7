import ArgumentParser
import Console
import Datasets
import Foundation

/// `data`: fetches and verifies data sets.
struct DataCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Fetches and verifies data sets.",
        subcommands: [Fetch.self, Verify.self]
    )

    /// The data sets that come as files; the digits are part of the program.
    enum Name: String, ExpressibleByArgument, CaseIterable {
        case cifar10
    }

    /// Where data sets lie.
    struct Root: ParsableArguments {
        @Option(help: "The data folder (default: $SWIFT_DP_DATA, else ~/.cache/swift-dp-train).")
        var root: String?

        var path: String { DataRoot.path(requested: root) }
    }

    /// `data fetch cifar10`.
    struct Fetch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Downloads a data set, verifies it, and puts it in place whole; goes on where a cut left off."
        )

        @Argument(help: "The data set: cifar10.")
        var name: Name

        @OptionGroup var root: Root

        @Option(help: "The archive's address.")
        var url = CIFAR10Download.officialURL

        @Option(help: "The archive's MD5 (default: the official one's).")
        var md5: String?

        @Option(help: "The archive's SHA-256, instead of its MD5.")
        var sha256: String?

        func validate() throws {
            if md5 != nil, sha256 != nil { throw ValidationError("--md5 and --sha256 found, one of them needed") }
        }

        func run() async throws {
            let checksum =
                if let sha256 {
                    try FileChecksum(.sha256, sha256)
                } else if let md5 {
                    try FileChecksum(.md5, md5)
                } else {
                    FileChecksum.officialCIFAR10
                }
            let download = CIFAR10Download(root: root.path, url: url, checksum: checksum)
            let outcome = try await download.run { StandardStream.error.tellLine($0) }
            try StandardStream.output.writeLine(
                outcome == .fetched ? "\(download.folder): complete" : "\(download.folder): already there"
            )
        }
    }

    /// `data verify cifar10`.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reads every record of a data set; prints the images of each class and a digest."
        )

        @Argument(help: "The data set: cifar10.")
        var name: Name

        @OptionGroup var root: Root

        func run() throws {
            let reader = CIFAR10Reader(root: root.path)
            try StandardStream.output.writeLine("\(reader.folder)\n\(reader.read().summary)")
        }
    }
}
