package import Tensors

/// The features of many images, one row per image, with each image's class.
package struct FeatureMatrix: Sendable {
    /// The number of images.
    package let rows: Int
    /// The number of features.
    package let columns: Int
    /// The class of each image.
    package let labels: [Int32]
    private let buffer: AlignedBuffer

    /// The features, `[rows, columns]`.
    package var values: TensorSlice { buffer.slice }

    /// A matrix of zeros.
    ///
    /// - Parameters:
    ///   - columns: The number of features.
    ///   - labels: The class of each image, at least one.
    package init(columns: Int, labels: [Int32]) {
        precondition(columns >= 1 && !labels.isEmpty, "FeatureMatrix: \(labels.count)×\(columns) found, 1×1 needed")
        rows = labels.count
        self.columns = columns
        self.labels = labels
        buffer = AlignedBuffer(count: rows * columns)
    }

    /// The features of one image.
    ///
    /// - Parameter index: The image.
    package subscript(row index: Int) -> TensorSlice { values[index * columns..<(index + 1) * columns] }

    /// The first images.
    ///
    /// - Parameter count: The largest number of images.
    /// - Returns: A copy.
    package func prefix(_ count: Int) -> FeatureMatrix {
        let result = FeatureMatrix(columns: columns, labels: Array(labels.prefix(count)))
        result.values.copy(from: values.prefix(result.values.count))
        return result
    }

    /// Each column's mean.
    package var columnMeans: [Float] {
        var sums = Array(repeating: 0.0, count: columns)
        for row in 0..<rows {
            let numbers = values.base + row * columns
            for column in 0..<columns { sums[column] += Double(numbers[column]) }
        }
        return sums.map { Float($0 / Double(rows)) }
    }

    /// The same images with each column shifted and scaled.
    ///
    /// - Parameters:
    ///   - means: What is subtracted from each column.
    ///   - scales: What each column is multiplied by after that.
    /// - Returns: A new matrix.
    package func transformed(means: [Float], scales: [Float]) -> FeatureMatrix {
        let result = FeatureMatrix(columns: columns, labels: labels)
        for row in 0..<rows {
            let (source, target) = (values.base + row * columns, result.values.base + row * columns)
            for column in 0..<columns { target[column] = (source[column] - means[column]) * scales[column] }
        }
        return result
    }
}
