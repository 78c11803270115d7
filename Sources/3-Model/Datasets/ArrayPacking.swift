import ArrayFiles
import Foundation

/// A data set that is read as a whole from a few files: published ones, and the user's own arrays.
package protocol ArraySource: Sendable {
    /// Its name in configurations.
    var name: String { get }
    /// Its folder or file.
    var source: String { get }
    /// Everything that determines how its files are read.
    var recipe: String { get }
    /// The files, whether they exist or not.
    var paths: [String] { get }
    /// The normalization that publications use; nil for the training samples' own mean and standard deviation.
    var publishedNormalization: Normalization? { get }

    /// Reads and checks all files.
    ///
    /// - Returns: The data set, in this process's own memory.
    /// - Throws: `DatasetError`.
    func read() throws(DatasetError) -> ImageDataset
}

extension ArraySource {
    package var recipe: String { name }
    package var publishedNormalization: Normalization? { nil }

    /// Maps the data set from a packed file in a cache, which all processes of a machine share; packs it first if needed.
    ///
    /// - Parameters:
    ///   - cache: The cache.
    ///   - report: Called with the progress if there is something to do.
    /// - Returns: The same data set as `read`.
    /// - Throws: `DatasetError`.
    package func shared(
        in cache: PackedCache,
        report: @escaping @Sendable (PackingProgress) -> Void
    ) throws(DatasetError) -> ImageDataset {
        // The reader's own error says how to get the missing file.
        guard paths.allSatisfy(FileManager.default.fileExists) else { return try read() }
        let dataset = try cache.images(of: ArrayPacking(array: self), report: report).dataset(name: name)
        guard let publishedNormalization else { return dataset }
        return try dataset.normalized(by: publishedNormalization)
    }
}

/// Reads a data set of arrays, and writes it to one file of packed images.
struct ArrayPacking<Source: ArraySource>: PackedSource {
    let array: Source

    var source: String { array.source }
    var paths: [String] { array.paths }
    var recipe: String { "\(array.name) \(array.recipe)" }
    var way: String { array.name }

    func run(
        to path: String,
        report: @escaping @Sendable (PackingProgress) -> Void
    ) throws(DatasetError) {
        let dataset = try array.read()
        let (training, test) = (dataset.training, dataset.test)
        let count = training.count + test.count
        try PackedFileWriter.write(to: path, shape: dataset.shape, element: training.element) {
            writer throws(DatasetError) in
            var statistics = ChannelStatistics(shape: dataset.shape)
            var checksums: [UInt32] = []
            checksums.reserveCapacity(count)
            for sample in 0..<count {
                let isTraining = sample < training.count
                let (set, position) = isTraining ? (training, sample) : (test, sample - training.count)
                let record = set.storage.record(set.record(position))
                if isTraining { statistics.add(record, element: set.element) }
                checksums.append(try writer.write(sample, record))
            }
            let contents = PackedFileWriter.Contents(
                labels: training.labels + test.labels,
                names: [],
                trainingCount: training.count,
                classNames: dataset.classNames,
                normalization: statistics.normalization(maximum: dataset.maximumPixelValue),
                resize: ""
            )
            try writer.writeIndex(contents, checksums: checksums)
        }
    }
}
