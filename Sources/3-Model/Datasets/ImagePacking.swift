import ArrayFiles
import Crypto
import Dispatch
import Foundation
package import ImageFiles
package import Images
import Synchronization

#if canImport(System)
    import Darwin
    import System
#else
    import Glibc
    import SystemPackage
#endif

/// Decodes the pictures of a data set, on several threads, into one file of packed images.
package struct ImagePacking: Sendable {
    /// The progress of packing.
    package struct Progress: Sendable {
        package let packedCount: Int
        package let count: Int
        package let seconds: Double
    }

    private let listing: ImageListing
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
        threadCount: Int = ProcessInfo.processInfo.activeProcessorCount
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
    package func run(to path: String, report: @escaping @Sendable (Progress) -> Void) throws(DatasetError) {
        let part = path + ".part-\(getpid())"
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open(
                FilePath(part),
                .readWrite,
                options: [.create, .truncate, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead, .otherRead]
            )
        } catch {
            throw .unwritable(path: path, reason: "\(error)")
        }
        do {
            try write(to: file, path: path, report: report)
            try FileChange.attempt(path) { path in
                guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
                guard rename(part, path) == 0 else { throw Errno(rawValue: errno) }
            }
            try? file.close()
            let folder = (path as NSString).deletingLastPathComponent
            try FileChange.syncFolder(folder.isEmpty ? "." : folder)
        } catch {
            try? file.close()
            unlink(part)
            throw error
        }
    }

    /// The results of the threads.
    private struct Outcome {
        var checksums: [UInt32]
        var sums: [ChannelStatistics.ImageSums?]
        var failures: [(index: Int, error: DatasetError)] = []
        var packedCount = 0
        var reportedSeconds = 0.0
        var writingError: DatasetError?
    }

    private func write(
        to file: FileDescriptor,
        path: String,
        report: @escaping @Sendable (Progress) -> Void
    ) throws(DatasetError) {
        let entries = listing.entries
        let outcome = Mutex(
            Outcome(
                checksums: Array(repeating: 0, count: entries.count),
                sums: Array(repeating: nil, count: entries.count)
            )
        )
        let next = Atomic(0)
        let start = ContinuousClock.now
        DispatchQueue.concurrentPerform(iterations: min(threadCount, entries.count)) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < entries.count, outcome.withLock({ $0.writingError == nil }) else { return }
                pack(index, to: file, path: path, outcome)
                let elapsed = ContinuousClock.now - start
                let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
                let progress = outcome.withLock { outcome -> Progress? in
                    outcome.packedCount += 1
                    guard seconds - outcome.reportedSeconds > 0.2 || outcome.packedCount == entries.count else {
                        return nil
                    }
                    outcome.reportedSeconds = seconds
                    return Progress(packedCount: outcome.packedCount, count: entries.count, seconds: seconds)
                }
                if let progress { report(progress) }
            }
        }
        let result = outcome.withLock { $0 }
        if let error = result.writingError { throw error }
        try Self.refuse(result.failures.sorted { $0.index < $1.index }.map(\.error))
        var statistics = ChannelStatistics(shape: shape)
        for sums in result.sums.prefix(listing.trainingCount) { if let sums { statistics.add(sums) } }
        try writeIndex(statistics.normalization(maximum: 255), checksums: result.checksums, to: file, path: path)
    }

    /// Decodes one picture and writes it to its place in the file.
    private func pack(_ index: Int, to file: FileDescriptor, path: String, _ outcome: borrowing Mutex<Outcome>) {
        do throws(ImageFileError) {
            let image = try Self.image(listing.entries[index].path, resizing: resizing, channels: channels)
            let planar = Self.planar(image)
            let (checksum, sums) = planar.withUnsafeBytes {
                (Checksum.crc32($0), ChannelStatistics.sums($0, element: .uint8, shape: shape))
            }
            var problem: DatasetError?
            do {
                try file.writeAll(toAbsoluteOffset: Int64(PackedImages.pixelOffset + index * shape.count), planar)
            } catch {
                problem = .unwritable(path: path, reason: "\(error)")
            }
            outcome.withLock { outcome in
                outcome.checksums[index] = checksum
                outcome.sums[index] = sums
                outcome.writingError = outcome.writingError ?? problem
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

    private func writeIndex(
        _ normalization: Normalization,
        checksums: [UInt32],
        to file: FileDescriptor,
        path: String
    ) throws(DatasetError) {
        try FileChange.attempt(path) { _ in
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            let names = try encoder.encode(listing.entries.map(\.name))
            let header = PackedImages.Header(
                shape: [shape.channels, shape.height, shape.width],
                count: listing.entries.count,
                trainingCount: listing.trainingCount,
                classNames: listing.classNames,
                mean: normalization.mean,
                deviation: normalization.deviation,
                resize: resizing.mode.rawValue,
                nameByteCount: names.count
            )
            let text = try encoder.encode(header)
            var index = Self.bytes(UInt64(text.count)) + text
            for entry in listing.entries { index += Self.bytes(entry.label) }
            for checksum in checksums { index += Self.bytes(checksum) }
            index += names
            let offset = PackedImages.pixelOffset + listing.entries.count * shape.count
            try file.writeAll(toAbsoluteOffset: Int64(offset), index)
            var start = PackedImages.magic + Self.bytes(UInt64(offset)) + Self.bytes(UInt64(index.count))
            start += SHA256.hash(data: index)
            try file.writeAll(
                toAbsoluteOffset: 0,
                start + Array(repeating: 0, count: PackedImages.pixelOffset - start.count)
            )
        }
    }

    private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
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
