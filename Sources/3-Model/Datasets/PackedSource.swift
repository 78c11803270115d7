/// The source of a cached file of packed images: the files that are read, and everything else that determines its bytes.
protocol PackedSource: Sendable {
    /// Its name in messages.
    var source: String { get }
    /// The files, in a fixed order.
    var paths: [String] { get }
    /// Everything that determines the packed file besides the bytes of the files.
    var recipe: String { get }
    /// How the images are made, as part of a file name.
    var way: String { get }

    /// Writes the packed file, completely or not at all.
    ///
    /// - Parameters:
    ///   - path: The file to write.
    ///   - report: Called with the progress.
    /// - Throws: `DatasetError`.
    func run(to path: String, report: @escaping @Sendable (PackingProgress) -> Void) throws(DatasetError)
}

/// The progress of packing a data set.
package struct PackingProgress: Sendable {
    /// The current stage.
    package enum Stage: String, Sendable {
        /// Source files are read, to find out whether they have been packed before.
        case reading
        case packing
    }

    package let stage: Stage
    /// The number of files or samples that are done, of `count`.
    package let doneCount: Int
    package let count: Int
    package let seconds: Double
}
