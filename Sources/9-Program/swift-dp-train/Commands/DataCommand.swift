import ArgumentParser
import Assembly
import ConfigurationFiles
import Console
import Datasets
import Downloads
import Foundation
import ImageFiles
import Images
import Metrics
import Processes

/// `data`: fetches, verifies, packs and inspects data sets.
struct DataCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Fetches, verifies, packs and inspects data sets.",
        subcommands: [Fetch.self, Verify.self, Pack.self, Inspect.self]
    )

    /// The published data sets; the digits are part of the program.
    enum Name: String, ExpressibleByArgument, CaseIterable {
        case cifar10, cifar100, mnist, fashionMNIST, svhn

        var published: PublishedDataset {
            PublishedDataset.all.first { $0.name == rawValue } ?? .cifar10()
        }
    }

    /// The folder of the data sets.
    struct Root: ParsableArguments {
        @Option(
            help: "The data folder (default: $SWIFT_DP_DATA, else ~/.cache/swift-dp-train).",
            completion: .directory
        )
        var root: String?

        var path: String { DataRoot.path(requested: root) }
    }

    /// `data fetch cifar10`.
    struct Fetch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Downloads a data set, verifies it, and puts it in place whole; goes on where a cut left off."
        )

        @Argument(help: "The data set.")
        var name: Name

        @OptionGroup var root: Root

        @Option(help: "The archive's address, or that of the folder that holds the files (default: the official one).")
        var url: String?

        @Option(help: "A file's MD5, once for each file in order (default: the official ones).")
        var md5: [String] = []

        @Option(help: "A file's SHA-256, once for each file in order, instead of MD5.")
        var sha256: [String] = []

        func validate() throws {
            if !md5.isEmpty, !sha256.isEmpty { throw ValidationError("--md5 and --sha256 found, one of them needed") }
        }

        func run() async throws {
            let checksums = try md5.map { try FileChecksum(.md5, $0) } + sha256.map { try FileChecksum(.sha256, $0) }
            let published = try name.published.from(url: url, checksums: checksums)
            let download = DatasetDownload(published, root: root.path)
            let outcome = try await download.run { StandardStream.error.tellLine($0) }
            try StandardStream.output.writeLine(
                outcome == .fetched ? "\(download.folder): complete" : "\(download.folder): already there"
            )
        }
    }

    /// `data verify cifar10`.
    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Reads every sample of a data set; prints the samples of each class and a digest."
        )

        @Argument(help: "The data set: \(Name.allCases.map(\.rawValue).joined(separator: ", ")), or a packed file.")
        var name: String

        @OptionGroup var root: Root

        func run() throws {
            guard let known = Name(rawValue: name) else {
                guard FileManager.default.fileExists(atPath: name) else {
                    throw ValidationError(
                        "'\(name)' found, one of \(Name.allCases.map(\.rawValue).joined(separator: ", ")) or a file needed"
                    )
                }
                let packed = try PackedImages(path: name)
                try packed.verify()
                return try StandardStream.output.writeLine("\(name)\n\(try packed.dataset().summary)")
            }
            let dataset: ImageDataset
            var place = root.path
            switch known {
            case .cifar10:
                let reader = CIFAR10Reader(root: root.path)
                place = reader.folder
                dataset = try reader.read()
            case .cifar100: dataset = try CIFAR100Reader(root: root.path, labels: .fine).read()
            case .mnist: dataset = try IDXDataset(.mnist, root: root.path).read()
            case .fashionMNIST: dataset = try IDXDataset(.fashionMNIST, root: root.path).read()
            case .svhn: dataset = try SVHNReader(root: root.path).read()
            }
            try StandardStream.output.writeLine("\(place)\n\(dataset.summary)")
        }
    }

    /// The options that name pictures and their test set.
    struct Pictures: ParsableArguments {
        @Flag(help: "Tables name the pictures: a path and a class a line.")
        var table = false

        @Option(help: "The part of each class that is for test, where the folder doesn't say.")
        var testFraction: Double?

        func validate() throws {
            if let testFraction, !(testFraction > 0 && testFraction < 1) {
                throw ValidationError("--test-fraction: \(testFraction) found, a number between 0 and 1 needed")
            }
        }

        func listing(of folder: String, needsTest: Bool = true) throws(DatasetError) -> ImageListing {
            do {
                return try ImageListing(
                    root: folder,
                    isTable: table,
                    testFraction: testFraction,
                    needsTest: needsTest
                )
            } catch .invalidOption(_, let found, let needed) {
                throw .invalidOption(name: "--test-fraction", found: found, needed: needed)
            }
        }
    }

    /// `data pack FOLDER OUT`.
    struct Pack: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Decodes a folder of pictures into one file, which all ranks of a machine map and share.",
            discussion: "Train on it with dataset: {name: images, root: OUT}."
        )

        @Argument(
            help:
                "A folder with train/CLASS/ and test/CLASS/, or of classes; with --table one with train.csv and test.csv, or a table."
        )
        var source: String

        @OptionGroup var pictures: Pictures

        @Argument(
            help: "The file to make; one that is there is replaced once the new one is whole.",
            completion: .file()
        )
        var output: String

        @Option(help: ArgumentHelp("Rows and columns of every image.", valueName: "HEIGHTxWIDTH"))
        var size: String

        @Option(help: "What becomes of pictures of other proportions: shorterSide, stretch or pad.")
        var resize: String = Resizing.Mode.shorterSide.rawValue

        @Option(help: "1 for gray, 3 for color.")
        var channels = 3

        @Option(help: "Threads that decode (default: one for each core).")
        var threads: Int?

        private var resizing: Resizing? {
            let sides = size.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
            guard sides.count == 2, sides.allSatisfy({ (1...4_096).contains($0) }),
                let mode = Resizing.Mode(rawValue: resize)
            else { return nil }
            return Resizing(height: sides[0], width: sides[1], mode: mode)
        }

        func validate() throws {
            guard resizing != nil else {
                throw ValidationError(
                    "--size \(size) --resize \(resize) found; two sides of 1 to 4096 pixels as in 64x64, and shorterSide, "
                        + "stretch or pad needed"
                )
            }
            guard channels == 1 || channels == 3 else {
                throw ValidationError("--channels: \(channels) found, 1 or 3 needed")
            }
            guard (1...1_024).contains(threads ?? 1) else {
                throw ValidationError("--threads: \(threads ?? 0) found, 1 to 1024 needed")
            }
        }

        func run() throws {
            guard let resizing else { return }
            let listing = try pictures.listing(of: source)
            let packing = ImagePacking(
                listing: listing,
                resizing: resizing,
                channels: channels,
                threadCount: threads ?? ProcessorCores.count
            )
            try packing.run(to: output, report: PackingReport(of: source).show)
            try StandardStream.output.writeLine("\(output)\n\(try PackedImages(path: output).dataset().summary)")
        }
    }

    /// `data inspect FOLDER` or `data inspect --config FILE`.
    struct Inspect: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tells what is in a data set, what is wrong with it, and how training will see it.",
            discussion: """
                Of a folder of pictures it tells the classes, sizes, mean and deviation, and names unreadable and duplicate \
                pictures. Of a configuration's data set it tells the samples of each class, mean and deviation, and draws \
                samples before and after augmentation.
                """
        )

        @Argument(help: "A folder of pictures, as for 'data pack'.", completion: .file())
        var source: String?

        @OptionGroup var pictures: Pictures

        @Option(
            help: "A configuration, whose data set is inspected instead.",
            completion: CompletionSource.configuration.kind
        )
        var config: String?

        @OptionGroup var settings: OverrideOptions

        @Option(
            help: "A PNG file for random samples before and after augmentation; with --config.",
            completion: .file()
        )
        var sheet: String?

        func validate() throws {
            guard (source == nil) != (config == nil) else {
                throw ValidationError("a folder or --config needed, and not both")
            }
            if config != nil, pictures.table || pictures.testFraction != nil {
                throw ValidationError("--table or --test-fraction found with --config, which names both itself")
            }
            if sheet != nil, config == nil { throw ValidationError("--sheet found without --config, which it needs") }
        }

        func run() throws {
            if let source {
                let inspection = ImageInspection(of: try pictures.listing(of: source, needsTest: false))
                try StandardStream.output.writeLine(inspection.text)
                if !inspection.problems.isEmpty { throw ExitCode(Failure.Code.data.rawValue) }
                return
            }
            let configuration = try Configuration.load(path: config ?? "", overrides: settings.overrides)
            let dataset = try configuration.loadDataset()
            let figures = dataset.computedNormalization()
            try StandardStream.output.writeLine(
                """
                \(dataset.shape.channels)×\(dataset.shape.height)×\(dataset.shape.width) values a sample
                \(dataset.summary)
                training mean \(figures.mean), deviation \(figures.standardDeviation)
                """
            )
            guard let sheet else { return }
            let picture = try ContactSheet.picture(
                of: dataset,
                augmentation: configuration.augmentation.augmentation,
                seed: configuration.training.seed
            )
            do {
                try Data(picture.png()).write(toOutput: sheet)
            } catch {
                throw DatasetError.unwritable(path: sheet, reason: error.reason)
            }
            try StandardStream.output.writeLine("\(sheet): samples as they are, and as epochs 1 to 4 see them")
        }
    }
}
