package import ConfigurationFiles
package import Datasets
import Foundation

/// The description of a user's own data set in a checkpoint, which is enough to use the network without the data set,
/// and to check on a resume that it is the same.
package struct DatasetCounters: Sendable, Equatable {
    /// The name of each class, by label.
    package let classNames: [String]
    /// The shape of every image.
    package let shape: ImageShape
    /// The normalization of the pixels.
    package let normalization: Normalization

    private enum Key {
        static let classes = "dataset.classes"
        static let shape = "dataset.shape"
        static let mean = "dataset.mean"
        static let deviation = "dataset.deviation"
    }

    package init(of dataset: ImageDataset) {
        classNames = dataset.classNames
        shape = dataset.shape
        normalization = dataset.normalization
    }

    /// Reads the description from a checkpoint; nil if there is none, as for a published data set.
    ///
    /// - Parameter counters: A checkpoint's counters.
    package init?(counters: [String: String]) {
        func numbers<Number: Decodable>(_ key: String) -> [Number]? {
            counters[key].flatMap { try? JSONDecoder().decode([Number].self, from: Data($0.utf8)) }
        }
        guard let names: [String] = numbers(Key.classes), let extents: [Int] = numbers(Key.shape), extents.count == 3,
            extents.allSatisfy({ $0 >= 1 }), let mean: [Float] = numbers(Key.mean),
            let deviation: [Float] = numbers(Key.deviation)
        else { return nil }
        classNames = names
        shape = ImageShape(channels: extents[0], height: extents[1], width: extents[2])
        normalization = Normalization(mean: mean, standardDeviation: deviation)
    }

    /// The description as texts for a checkpoint.
    package var counters: [String: String] {
        func text(_ values: some Encodable) -> String {
            (try? JSONEncoder().encode(values)).map { String(decoding: $0, as: UTF8.self) } ?? "none"
        }
        return [
            Key.classes: text(classNames),
            Key.shape: text([shape.channels, shape.height, shape.width]),
            Key.mean: text(normalization.mean),
            Key.deviation: text(normalization.standardDeviation),
        ]
    }
}

extension DatasetOptions {
    /// The description of the data set for a checkpoint; empty for a published one, which its name determines.
    package func counters(of dataset: ImageDataset) -> [String: String] {
        name.isOwn || name == .cifar100 ? DatasetCounters(of: dataset).counters : [:]
    }
}
