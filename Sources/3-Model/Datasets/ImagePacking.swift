package import ImageFiles
package import Images
import Processes
import Synchronization

/// Decodes the pictures of a data set, on several threads, into one file of packed images.
package struct ImagePacking: Sendable {
    let listing: ImageListing
    private let resizing: Resizing
    private let channels: Int
    private let threadCount: Int

    /// Plans the packing.
    ///
    /// - Parameters:
    ///   - listing: The pictures.
    ///   - resizing: The size of all images.
    ///   - channels: 1 for gray, 3 for RGB.
    ///   - threadCount: The number of threads; by default one for each core that this process may use.
    package init(
        listing: ImageListing,
        resizing: Resizing,
        channels: Int,
        threadCount: Int = ProcessorCores.count
    ) {
        self.listing = listing
        self.resizing = resizing
        self.channels = channels
        self.threadCount = threadCount
    }

    private var shape: ImageShape { ImageShape(channels: channels, height: resizing.height, width: resizing.width) }

    /// Decodes and resizes one picture, as it would be packed.
    ///
    /// - Parameters:
    ///   - path: The picture's file.
    ///   - resizing: The size of the image.
    ///   - channels: 1 for gray, 3 for RGB.
    /// - Returns: `[H, W, C]`.
    /// - Throws: `ImageFileError`.
    package static func image(
        _ path: String,
        resizing: Resizing,
        channels: Int
    ) throws(ImageFileError) -> PixelImage {
        let bytes = try ImageFile.read(path)
        let picture = try ImageDecoder.decode(bytes, path: path, noSmallerThan: resizing.decodingMinimum)
        return channels == 1
            ? resizing.applied(to: picture.withChannels(1)) : resizing.applied(to: picture).withChannels(3)
    }

    /// Writes the file, completely or not at all.
    ///
    /// - Parameters:
    ///   - path: The file, which is replaced if it exists.
    ///   - report: Called with the progress now and then, on any of the threads.
    /// - Throws: `DatasetError` that names the unreadable pictures, or the file that can't be written.
    package func run(to path: String, report: @escaping @Sendable (PackingProgress) -> Void) throws(DatasetError) {
        try PackedFileWriter.write(to: path, shape: shape, element: .uint8) { writer throws(DatasetError) in
            try fill(writer, report: report)
        }
    }

    /// The results of the threads.
    private struct Outcome {
        var checksums: [UInt32]
        var sums: [ChannelStatistics.ImageSums?]
        var failures: [(index: Int, error: DatasetError)] = []
        var writingError: DatasetError?
    }

    private func fill(
        _ writer: PackedFileWriter,
        report: @escaping @Sendable (PackingProgress) -> Void
    ) throws(DatasetError) {
        let entries = listing.entries
        let outcome = Mutex(
            Outcome(
                checksums: Array(repeating: 0, count: entries.count),
                sums: Array(repeating: nil, count: entries.count)
            )
        )
        let counter = WorkCounter(.packing, count: entries.count, secondsBetweenReports: 0.2, report: report)
        WorkPool.run(entries.count, threadCount: threadCount) { index in
            pack(index, to: writer, outcome)
            counter.countOne(reportsEnd: true)
            return outcome.withLock { $0.writingError == nil }
        }
        let result = outcome.withLock { $0 }
        if let error = result.writingError { throw error }
        try Self.refuse(result.failures.sorted { $0.index < $1.index }.map(\.error))
        var statistics = ChannelStatistics(shape: shape)
        for sums in result.sums.prefix(listing.trainingCount) { if let sums { statistics.add(sums) } }
        let contents = PackedFileWriter.Contents(
            labels: entries.map(\.label),
            names: entries.map(\.name),
            trainingCount: listing.trainingCount,
            classNames: listing.classNames,
            normalization: statistics.normalization(maximum: 255),
            resize: resizing.mode.rawValue
        )
        try writer.writeIndex(contents, checksums: result.checksums)
    }

    /// Decodes one picture and writes it to its place in the file.
    private func pack(_ index: Int, to writer: PackedFileWriter, _ outcome: borrowing Mutex<Outcome>) {
        do throws(ImageFileError) {
            let image = try Self.image(listing.entries[index].path, resizing: resizing, channels: channels)
            let planar = Self.planar(image)
            let (checksum, sums) = planar.withUnsafeBytes { record in
                (
                    Result { () throws(DatasetError) in try writer.write(index, record) },
                    ChannelStatistics.sums(record, element: .uint8, shape: shape)
                )
            }
            outcome.withLock { outcome in
                outcome.sums[index] = sums
                switch checksum {
                case .success(let checksum): outcome.checksums[index] = checksum
                case .failure(let error): outcome.writingError = outcome.writingError ?? error
                }
            }
        } catch {
            outcome.withLock { $0.failures.append((index, DatasetError(error))) }
        }
    }

    /// Throws an error about the unreadable pictures: the first few by name, the others by their number.
    private static func refuse(_ errors: [DatasetError]) throws(DatasetError) {
        guard let first = errors.first else { return }
        guard errors.count > 1 else { throw first }
        let shown = errors.prefix(10).map { "\n  \($0.problem)" }.joined()
        let rest = errors.count > 10 ? "\n  and \(errors.count - 10) more" : ""
        throw .damagedFile("\(errors.count) pictures can't be read; remove or replace them:" + shown + rest)
    }

    /// Reorders `[H, W, C]` to `[C, H, W]`.
    private static func planar(_ image: PixelImage) -> [UInt8] {
        guard image.channels > 1 else { return image.pixels }
        let planeCount = image.width * image.height
        return [UInt8](unsafeUninitializedCapacity: image.pixels.count) { target, count in
            image.pixels.withUnsafeBufferPointer { source in
                for pixel in 0..<planeCount {
                    for channel in 0..<3 { target[channel * planeCount + pixel] = source[3 * pixel + channel] }
                }
            }
            count = image.pixels.count
        }
    }
}

extension ImagePacking: PackedSource {
    var source: String { listing.source }
    var paths: [String] { listing.entries.map(\.path) }
    var recipe: String {
        let entries = listing.entries.map { "\($0.label) \($0.name.debugDescription)\n" }.joined()
        return "\(way) \(listing.trainingCount)\n\(listing.classNames.map(\.debugDescription))\n\(entries)"
    }
    var way: String { "\(channels)x\(resizing.height)x\(resizing.width)-\(resizing.mode.rawValue)" }
}
