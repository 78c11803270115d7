import Kernels
package import Tensors

/// Calls its argument with training images `[N, H, W, C]`, normalized and not augmented, in one or more parts.
package typealias TrainingImages = (_ visit: (TensorSlice) -> Void) -> Void

/// Filters that turn patches of images into numbers without correlation and of equal variance, up to a small constant
/// (Coates and Ng, "Learning feature representations with k-means", 2012; as in Jordan, "94% on CIFAR-10 in 3.29 seconds
/// on a single GPU", 2024).
struct Whitening {
    /// Added to variances, so that directions with hardly any noise aren't blown up.
    static let epsilon = 5e-4

    /// The variances of the patches along `directions`, the largest first.
    let variances: [Float]
    /// Unit vectors, each `[C, KH, KW]`.
    let directions: [[Float]]

    /// Decomposes the second moment of the images' patches.
    ///
    /// Products of an image are summed in single precision and those of all images in double, in the order of the images:
    /// the same bits on every rank.
    ///
    /// - Parameters:
    ///   - images: The images, at least one.
    ///   - inputShape: Their shape.
    ///   - filterShape: `[O, C, KH, KW]`, or `[O, C, K]` for one row.
    init(of images: TrainingImages, inputShape: FeatureShape, filterShape: [Int]) {
        guard case .image(let height, let width, _) = inputShape else {
            preconditionFailure("whitening: a vector of \(inputShape) found, an image needed")
        }
        let (channels, kernelWidth) = (filterShape[1], filterShape[filterShape.count - 1])
        let kernelHeight = filterShape.count > 3 ? filterShape[2] : 1
        let patchCount = channels * kernelHeight * kernelWidth
        let (rows, columns) = (height - kernelHeight + 1, width - kernelWidth + 1)
        precondition(rows > 0 && columns > 0, "whitening: a filter larger than the image found")
        let patches = AlignedBuffer(count: rows * columns * patchCount)
        let moment = AlignedBuffer(count: patchCount * patchCount)
        var sums = [Double](repeating: 0, count: patchCount * patchCount)
        var imageCount = 0
        let imageSize = height * width * channels
        images { batch in
            for start in stride(from: 0, to: batch.count, by: imageSize) {
                let image = batch.base + start
                var target = patches.slice.base
                for row in 0..<rows {
                    for column in 0..<columns {
                        for channel in 0..<channels {
                            for tapRow in row..<row + kernelHeight {
                                for tap in column..<column + kernelWidth {
                                    target.pointee = image[(tapRow * width + tap) * channels + channel]
                                    target += 1
                                }
                            }
                        }
                    }
                }
                let matrix = MatrixView(patches.slice, rows: rows * columns, columns: patchCount)
                multiply(
                    matrix.transposed,
                    matrix,
                    into: MatrixView(moment.slice, rows: patchCount, columns: patchCount)
                )
                for index in sums.indices { sums[index] += Double(moment.slice[index]) }
                imageCount += 1
            }
        }
        precondition(imageCount > 0, "whitening: no images found, at least one needed")
        for (index, sum) in sums.enumerated() { moment.slice[index] = Float(sum / Double(imageCount * rows * columns)) }
        let decomposition = withExtendedLifetime((patches, moment)) {
            SingularValueDecomposition(of: moment.slice, rows: patchCount, columns: patchCount)
        }
        variances = decomposition.values
        // LAPACK leaves the sign open: the largest number is positive here.
        directions = decomposition.directions.map { direction in
            let largest = direction.max { abs($0) < abs($1) } ?? 0
            return largest < 0 ? direction.map { -$0 } : direction
        }
    }

    /// The filters: for each of the directions with the largest variances one along it, then for each one against it.
    ///
    /// - Parameter count: An even number, at most twice that of the directions.
    /// - Returns: `[O, C, KH, KW]`.
    func filters(count: Int) -> [Float] {
        let along = zip(variances, directions).prefix(count / 2).flatMap { variance, direction in
            let scale = Float(1 / (Double(variance) + Self.epsilon).squareRoot())
            return direction.map { scale * $0 }
        }
        return along + along.map { -$0 }
    }
}
