/// Why nothing can be explained.
package enum ExplanationError: Error, Equatable, CustomStringConvertible {
    /// No checkpoint was named.
    case noCheckpoints
    /// No image was named.
    case noImages
    /// There is no such image.
    case imageOutOfRange(index: Int, imageCount: Int)
    /// The networks were trained on different data sets.
    case datasetsDiffer(first: String, other: String)
    /// The output folder can't be created or written to.
    case output(path: String, reason: String)

    /// What is wrong, and what to do.
    package var description: String {
        switch self {
        case .noCheckpoints: "no checkpoint given; name at least one with --checkpoint"
        case .noImages: "no images given; name at least one, as in --images 0,7"
        case .imageOutOfRange(let index, let imageCount):
            "--images: \(index) found, indices of test images from 0 to \(imageCount - 1) needed"
        case .datasetsDiffer(let first, let other):
            "networks of \(first) and of \(other) can't be shown beside each other; explain them one by one"
        case .output(let path, let reason): "\(path): can't be written: \(reason)"
        }
    }
}
