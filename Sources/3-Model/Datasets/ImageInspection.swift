import Crypto
import Formatting
import Foundation
import ImageFiles
import Images
import Synchronization

/// The pictures of a data set before packing: their sizes, and which are unreadable or duplicates.
package struct ImageInspection: Sendable {
    /// Pictures with identical files.
    package struct Duplicates: Sendable, Equatable {
        package let names: [String]
        /// Whether some of them are for training and others for testing.
        package let isInBothParts: Bool
        /// Whether they belong to more than one class.
        package let isInSeveralClasses: Bool
    }

    /// Rows and columns of the readable pictures.
    package let sizes: [(height: Int, width: Int)]
    /// What is wrong with the unreadable ones, in the order of the listing.
    package let problems: [String]
    /// Files that exist more than once.
    package let duplicates: [Duplicates]
    /// Mean and standard deviation of red, green and blue, over the pixels of all training pictures at their original
    /// sizes.
    package let normalization: Normalization

    private let listing: ImageListing

    private struct Finding {
        var size: (height: Int, width: Int)?
        var problem: String?
        var digest = ""
        var sums: (ChannelStatistics.ImageSums, pixelCount: Int)?
    }

    /// Reads every picture, on all cores that this process may use.
    ///
    /// - Parameter listing: The pictures.
    package init(of listing: ImageListing) {
        let entries = listing.entries
        let findings = Mutex([Finding?](repeating: nil, count: entries.count))
        WorkPool.run(entries.count) { index in
            let finding = Self.finding(entries[index])
            findings.withLock { $0[index] = finding }
            return true
        }
        let all = findings.withLock { $0.compactMap(\.self) }
        self.listing = listing
        sizes = all.compactMap(\.size)
        problems = all.compactMap(\.problem)
        var groups: [String: [Int]] = [:]
        for (index, finding) in all.enumerated() where !finding.digest.isEmpty {
            groups[finding.digest, default: []].append(index)
        }
        duplicates = groups.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }.map { group in
            Duplicates(
                names: group.map { entries[$0].name },
                isInBothParts: Set(group.map { $0 < listing.trainingCount }).count > 1,
                isInSeveralClasses: Set(group.map { entries[$0].label }).count > 1
            )
        }
        var statistics = ChannelStatistics(shape: ImageShape(channels: 3, height: 1, width: 1))
        for finding in all.prefix(listing.trainingCount) {
            if let (sums, pixelCount) = finding.sums { statistics.add(sums, valuesPerChannel: pixelCount) }
        }
        normalization = statistics.normalization(maximum: 255)
    }

    private static func finding(_ entry: ImageListing.Entry) -> Finding {
        var finding = Finding()
        do throws(ImageFileError) {
            let bytes = try ImageFile.read(entry.path)
            finding.digest = SHA256.hash(data: bytes).hexadecimal
            let image = try ImageDecoder.decode(bytes, path: entry.path).withChannels(3)
            finding.size = (image.height, image.width)
            finding.sums = (Self.sums(of: image), image.width * image.height)
        } catch {
            finding.problem = error.description
        }
        return finding
    }

    private static func sums(of image: PixelImage) -> ChannelStatistics.ImageSums {
        var (sums, squares): ([UInt64], [UInt64]) = ([0, 0, 0], [0, 0, 0])
        image.pixels.withUnsafeBufferPointer { pixels in
            for channel in 0..<3 {
                var (sum, square): (UInt64, UInt64) = (0, 0)
                for index in stride(from: channel, to: pixels.count, by: 3) {
                    sum &+= UInt64(pixels[index])
                    square &+= UInt64(pixels[index]) &* UInt64(pixels[index])
                }
                (sums[channel], squares[channel]) = (sum, square)
            }
        }
        return ChannelStatistics.ImageSums(sums: sums.map { Double($0) }, squareSums: squares.map { Double($0) })
    }

    /// The lines for `data inspect`: counts by class, sizes, statistics, and what is wrong.
    package var text: String {
        let training = counts(listing.entries[..<listing.trainingCount])
        let test = counts(listing.entries[listing.trainingCount...])
        let rows = listing.classNames.indices.map { label in
            [Format.plain(listing.classNames[label]), "\(training[label])", "\(test[label])"]
        }
        let testCount = listing.entries.count - listing.trainingCount
        let total = ["all", "\(listing.trainingCount)", "\(testCount)"]
        let table = [["class", testCount == 0 ? "pictures" : "training", "test"]] + rows + [total]
        let columnCount = testCount == 0 ? 2 : 3
        var lines = TextTable.lines(table.map { Array($0[..<columnCount]) }, textColumns: [0]) + [""]
        if let height = Self.range(sizes.map(\.height)), let width = Self.range(sizes.map(\.width)) {
            lines.append("height \(height), width \(width) pixels")
        }
        let figures = { (values: [Float]) in values.map { Format.fixed(Double($0), digits: 4) }.joined(separator: ", ")
        }
        lines.append(
            "mean [\(figures(normalization.mean))], deviation [\(figures(normalization.standardDeviation))] of \(testCount == 0 ? "all" : "training") pixels"
        )
        lines.append(
            problems.isEmpty ? "every picture can be read" : "\(Format.count(problems.count, "picture")) can't be read:"
        )
        lines += problems.map { "  \($0)" }
        lines.append(
            duplicates.isEmpty
                ? "no picture is there twice"
                : "\(Format.count(duplicates.count, "picture")) \(duplicates.count == 1 ? "is" : "are") there more than once:"
        )
        lines += duplicates.map { group in
            let remarks = [
                group.isInBothParts ? "in training and test" : nil,
                group.isInSeveralClasses ? "in several classes" : nil,
            ].compactMap(\.self)
            let names = group.names.map(ImageListing.quoted).joined(separator: ", ")
            return "  \(names)\(remarks.isEmpty ? "" : ": \(remarks.joined(separator: ", "))")"
        }
        return lines.joined(separator: "\n")
    }

    private func counts(_ entries: ArraySlice<ImageListing.Entry>) -> [Int] {
        entries.reduce(into: Array(repeating: 0, count: listing.classNames.count)) { $0[Int($1.label)] += 1 }
    }

    /// Minimum, median and maximum; nil without numbers.
    private static func range(_ numbers: [Int]) -> String? {
        let sorted = numbers.sorted()
        guard let first = sorted.first, let last = sorted.last else { return nil }
        return first == last ? "\(first)" : "\(first) to \(last), half of them up to \(sorted[sorted.count / 2])"
    }
}
