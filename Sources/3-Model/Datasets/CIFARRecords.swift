/// Records of CIFAR's binary files: one or two label bytes, and 3,072 pixel bytes `[3, 32, 32]`.
///
/// The files are mapped, so that all processes of a machine share their memory.
package struct CIFARRecords {
    static let shape = ImageShape(channels: 3, height: 32, width: 32)

    private let labelByteCount: Int
    private let labelOffset: Int
    private let classCount: Int

    /// Records of one layout.
    ///
    /// - Parameters:
    ///   - labelByteCount: The number of label bytes before the pixels.
    ///   - labelOffset: The position of the label among them.
    ///   - classCount: The number of classes; every label is smaller.
    package init(labelByteCount: Int, labelOffset: Int, classCount: Int) {
        self.labelByteCount = labelByteCount
        self.labelOffset = labelOffset
        self.classCount = classCount
    }

    private var recordByteCount: Int { labelByteCount + Self.shape.count }

    func read(_ files: [MappedFile], recordsPerFile: Int) throws(DatasetError) -> ImageSet {
        var labels: [UInt16] = []
        labels.reserveCapacity(files.count * recordsPerFile)
        for file in files {
            guard file.byteCount == recordsPerFile * recordByteCount else {
                throw .wrongLength(
                    path: file.path,
                    found: file.byteCount,
                    expected: recordsPerFile * recordByteCount
                )
            }
            labels += try self.labels(in: file.bytes(0..<file.byteCount), of: file.path)
        }
        let storage = PixelStorage(
            element: .uint8,
            recordByteCount: Self.shape.count,
            parts: files.map { ($0, offset: labelByteCount, stride: recordByteCount, count: recordsPerFile) }
        )
        return ImageSet(shape: Self.shape, storage: storage, labels: labels)
    }

    /// The labels of complete records.
    ///
    /// - Parameters:
    ///   - records: The bytes of the records.
    ///   - path: The file's name in errors.
    /// - Returns: One label per record.
    /// - Throws: `DatasetError.wrongLength` or `labelOutOfRange`.
    package func labels(in records: UnsafeRawBufferPointer, of path: String) throws(DatasetError) -> [UInt16] {
        let (count, remainder) = records.count.quotientAndRemainder(dividingBy: recordByteCount)
        guard remainder == 0 else {
            throw .wrongLength(path: path, found: records.count, expected: count * recordByteCount)
        }
        var labels: [UInt16] = []
        for record in 0..<count {
            let label = records[record * recordByteCount + labelOffset]
            guard label < classCount else {
                throw .labelOutOfRange(path: path, record: record, found: Int(label), classCount: classCount)
            }
            labels.append(UInt16(label))
        }
        return labels
    }
}
