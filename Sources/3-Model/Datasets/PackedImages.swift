import ArrayFiles
import Crypto
import Foundation

/// A file of decoded images with an index, which every process of a machine maps and shares.
///
/// | bytes | hold |
/// |---|---|
/// | 0 ..< 16 | `swift-dp-images\n` |
/// | 16 ..< 32 | where the index begins, and how long it is, 8 bytes each |
/// | 32 ..< 64 | the index' SHA-256 |
/// | from 4,096 | the images, `[C, H, W]` bytes or floats, one after another: training, then test |
/// | the index | the length of a text of JSON in 8 bytes, the text, a label of 2 bytes an image, a CRC-32 of 4 bytes an image, and the names: JSON |
///
/// Numbers are little-endian. The file doesn't contain when or where it was made: the same pictures give the same
/// bytes. The beginning is written last, and the file is renamed to its final name when it is complete.
package struct PackedImages: Sendable {
    static let magic = Array("swift-dp-images\n".utf8)
    static let pixelOffset = 4_096

    /// The contents of the index's JSON text.
    struct Header: Codable, Equatable {
        var version = 1
        let shape: [Int]
        let count: Int
        let trainingCount: Int
        let classNames: [String]
        let mean: [Float]
        let deviation: [Float]
        /// How pictures were resized to this shape; empty for arrays, which aren't resized.
        let resize: String
        let nameByteCount: Int
        /// The kind of values; nil for bytes.
        var element: PixelStorage.Element?
    }

    /// The file.
    package let path: String
    private let file: MappedFile
    private let header: Header
    private let identity: String
    /// The position of labels, checksums and names.
    private let labelOffset: Int

    private var checksumOffset: Int { labelOffset + 2 * header.count }
    private var nameOffset: Int { checksumOffset + 4 * header.count }

    /// Whether a file begins like a file of packed images.
    ///
    /// - Parameter path: A path, at which nothing needs to exist.
    /// - Returns: False for a folder, another kind of file, or nothing.
    package static func isFile(_ path: String) -> Bool {
        guard let file = try? MappedFile(path), file.byteCount >= magic.count else { return false }
        return file.bytes(0..<magic.count).elementsEqual(magic)
    }

    /// Maps a file and checks its index.
    ///
    /// Each image is checked at its first use.
    ///
    /// - Parameter path: The file.
    /// - Throws: `DatasetError`.
    package init(path: String) throws(DatasetError) {
        self.path = path
        file = try MappedFile(path)
        func damaged(_ reason: String) -> DatasetError { .damagedFile("\(path): \(reason); pack it again") }
        guard file.byteCount >= Self.pixelOffset, file.bytes(0..<16).elementsEqual(Self.magic) else {
            throw damaged("not a file of packed images, or cut off")
        }
        let (offset, length) = (Self.number(file, 16), Self.number(file, 24))
        guard offset >= Self.pixelOffset, length >= 8, offset <= file.byteCount, length == file.byteCount - offset
        else { throw damaged("cut off, or damaged") }
        let index = file.bytes(offset..<offset + length)
        let digest = SHA256.hash(data: index)
        guard digest.elementsEqual(file.bytes(32..<64)) else { throw damaged("its index is damaged") }
        identity = digest.hexadecimal
        let textLength = Self.number(file, offset)
        guard textLength >= 0, textLength <= length - 8,
            let header = try? JSONDecoder().decode(
                Header.self,
                from: Data(file.bytes(offset + 8..<offset + 8 + textLength))
            ), header.version == 1
        else { throw damaged("its index is of another version") }
        self.header = header
        labelOffset = offset + 8 + textLength
        // The counts are checked, too: whoever can forge the digest can also forge the counts.
        let (perImage, isTooLarge) = header.shape.reduce((1, false)) { product, extent in
            let (next, overflows) = product.0.multipliedReportingOverflow(by: extent)
            return (next, product.1 || overflows || extent < 1)
        }
        guard header.shape.count == 3, !isTooLarge, (1...header.count).contains(header.trainingCount),
            header.count <= file.byteCount, perImage <= file.byteCount, header.nameByteCount >= 0,
            (offset - Self.pixelOffset) / (perImage * (header.element ?? .uint8).byteCount) == header.count,
            length == 8 + textLength + 6 * header.count + header.nameByteCount,
            header.mean.count == header.shape[0], header.deviation.count == header.shape[0],
            (1...ImageSet.maximumClassCount).contains(header.classNames.count)
        else { throw damaged("its index makes no sense") }
    }

    private static func number(_ file: MappedFile, _ offset: Int) -> Int {
        Int(truncatingIfNeeded: UInt64(littleEndian: file.bytes(offset..<offset + 8).loadUnaligned(as: UInt64.self)))
    }

    package var shape: ImageShape {
        ImageShape(channels: header.shape[0], height: header.shape[1], width: header.shape[2])
    }

    /// The description, which needs no image.
    package var description: DatasetDescription {
        DatasetDescription(
            shape: shape,
            classNames: header.classNames,
            trainingCount: header.trainingCount,
            testCount: header.count - header.trainingCount
        )
    }

    /// The training and test images.
    ///
    /// - Parameter name: The name in configurations; by default that of pictures.
    /// - Returns: The data set, which keeps the file mapped.
    /// - Throws: `DatasetError` if a label is not the number of a class.
    package func dataset(name: String = "images") throws(DatasetError) -> ImageDataset {
        let element = header.element ?? .uint8
        let bytes = file.bytes(labelOffset..<labelOffset + 2 * header.count)
        var labels: [UInt16] = []
        labels.reserveCapacity(header.count)
        for record in 0..<header.count {
            let label = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * record, as: UInt16.self))
            guard label < header.classNames.count else {
                throw .labelOutOfRange(
                    path: path,
                    record: record,
                    found: Int(label),
                    classCount: header.classNames.count
                )
            }
            labels.append(label)
        }
        let (file, checksumOffset) = (file, checksumOffset)
        let byteCount = shape.count * element.byteCount
        let storage = PixelStorage(
            element: element,
            recordByteCount: byteCount,
            parts: [(file, offset: Self.pixelOffset, stride: byteCount, count: header.count)],
            verifier: RecordVerifier(path: path, count: header.count) { record in
                let place = file.start + checksumOffset + 4 * record
                return UInt32(littleEndian: place.loadUnaligned(as: UInt32.self))
            }
        )
        var readNames: (@Sendable () throws(DatasetError) -> [String])?
        if header.nameByteCount > 0 { readNames = { () throws(DatasetError) -> [String] in try names() } }
        let (trainingCount, count) = (Int32(header.trainingCount), Int32(header.count))
        return ImageDataset(
            name: name,
            classNames: header.classNames,
            maximumPixelValue: element.maximum,
            normalization: Normalization(mean: header.mean, standardDeviation: header.deviation),
            training: ImageSet(shape: shape, storage: storage, labels: Array(labels[..<header.trainingCount])),
            test: ImageSet(
                shape: shape,
                storage: storage,
                labels: Array(labels[header.trainingCount...]),
                records: Array(trainingCount..<count)
            ),
            index: ImageDataset.Index(
                identity: identity,
                normalization: Normalization(mean: header.mean, standardDeviation: header.deviation),
                names: readNames
            )
        )
    }

    /// The pictures' names in the data set: training, then test.
    ///
    /// - Returns: One name per image; empty for arrays.
    /// - Throws: `DatasetError` for a damaged file.
    package func names() throws(DatasetError) -> [String] {
        let bytes = Data(file.bytes(nameOffset..<nameOffset + header.nameByteCount))
        guard let names = try? JSONDecoder().decode([String].self, from: bytes), names.count == header.count else {
            throw .damagedFile("\(path): its names are damaged; pack it again")
        }
        return names
    }

    /// Reads every image and checks its checksum.
    ///
    /// - Throws: `DatasetError` for the first wrong checksum.
    package func verify() throws(DatasetError) {
        let dataset = try dataset()
        for record in 0..<header.count { dataset.training.storage.verify(record) }
        try dataset.checkReads()
    }
}
