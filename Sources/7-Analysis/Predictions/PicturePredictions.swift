import Assembly
package import Collectives
package import ConfigurationFiles
import Datasets
import Explanation
package import ImageFiles
import Images
import Synchronization
import Tensors

/// Classifies picture files with a trained network, on all ranks: `predict`.
package final class PicturePredictions {
    /// The name of each class, by label.
    package let classNames: [String]
    private let predictor: Predictor
    private let loader: PictureLoader

    /// The network's answer for a picture.
    package struct Answer: Sendable, Equatable {
        package let path: String
        /// The classes and their probabilities, the most probable first.
        package let classes: [(name: String, probability: Float)]

        package init(path: String, classes: [(name: String, probability: Float)]) {
            self.path = path
            self.classes = classes
        }

        package static func == (left: Answer, right: Answer) -> Bool {
            left.path == right.path && left.classes.elementsEqual(right.classes, by: ==)
        }
    }

    /// Loads a checkpoint's weights on rank 0, and sends them to all ranks.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - checkpoint: A run folder, a checkpoint folder or a file of weights.
    ///   - configuration: Describes the network and the data.
    ///   - communicator: The ranks.
    ///   - notice: Called on rank 0 for newer checkpoints that were skipped.
    /// - Throws: The typed errors of the modules below.
    package init(
        checkpoint: String,
        configuration: Configuration,
        communicator: any Communicator,
        notice: @escaping (String) -> Void = { _ in }
    ) throws {
        let dataset = try communicator.keepingInTouch { try configuration.trainedDataset(of: checkpoint) }
        predictor = try Predictor(
            checkpoint: checkpoint,
            configuration: configuration,
            description: dataset.description,
            communicator: communicator,
            notice: notice
        )
        classNames = dataset.classNames
        loader = try PictureLoader(dataset: dataset, options: configuration.dataset)
    }

    /// Classifies pictures.
    ///
    /// Collective: every rank must call this, in the same order.
    ///
    /// - Parameters:
    ///   - pictures: The files, equal on all ranks.
    ///   - standardInput: The bytes of the picture named `-`, on all ranks; nil for none.
    ///   - top: The number of classes in an answer.
    ///   - receive: Called on every rank with the answers in the order of the pictures, or with the reason why there is
    ///     none; on ranks that didn't read the picture themselves, the reason comes from a later attempt.
    /// - Returns: The number of pictures that couldn't be read, on every rank.
    /// - Throws: `CollectiveError`, and what `receive` throws.
    package func run(
        _ pictures: PictureList,
        standardInput: [UInt8]?,
        top: Int,
        receive: (Result<Answer, ImageFileError>) throws -> Void
    ) throws -> Int {
        let failures = Mutex<[Int: ImageFileError]>([:])
        var failureCount = 0
        try predictor.run(count: pictures.paths.count) { range, _, input in
            let results = range.map { Self.read(pictures.paths[$0], standardInput, loader) }
            loader.load(results.map { try? $0.get() }, into: input)
            for (index, result) in zip(range, results) {
                if case .failure(let error) = result { failures.withLock { $0[index] = error } }
            }
            return results.map { if case .success = $0 { true } else { false } }
        } receive: { chunk in
            let classCount = classNames.count
            for (position, index) in chunk.images.enumerated() {
                let path = pictures.paths[index]
                guard chunk.isLoaded[chunk.isLoaded.startIndex + position] else {
                    failureCount += 1
                    let known = failures.withLock { $0.removeValue(forKey: index) }
                    try receive(.failure(known ?? Self.failure(path, standardInput, loader)))
                    continue
                }
                let start = chunk.logits.startIndex + position * classCount
                let row = chunk.logits[start..<start + classCount]
                try receive(.success(Answer(path: path, classes: ranked(softmax(row), top: top))))
            }
        }
        return failureCount
    }

    private static func read(
        _ path: String,
        _ standardInput: [UInt8]?,
        _ loader: PictureLoader
    ) -> Result<PixelImage, ImageFileError> {
        Result { () throws(ImageFileError) in
            guard path == PictureList.standardInput, let standardInput else { return try loader.picture(at: path) }
            return try loader.picture(standardInput, path: "standard input")
        }
    }

    /// The reason why another rank couldn't read a file, found out by reading it on this rank.
    private static func failure(_ path: String, _ standardInput: [UInt8]?, _ loader: PictureLoader) -> ImageFileError {
        if case .failure(let error) = read(path, standardInput, loader) { return error }
        return .changed(path: path)
    }

    private func ranked(_ probabilities: [Float], top: Int) -> [(name: String, probability: Float)] {
        let order = probabilities.indices.sorted { (probabilities[$0], $1) > (probabilities[$1], $0) }
        return order.prefix(top).map { (classNames[$0], probabilities[$0]) }
    }
}
