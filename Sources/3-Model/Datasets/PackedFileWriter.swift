import ArrayFiles
import Crypto
import Foundation
import Processes

#if canImport(System)
    import Darwin
    import System
#else
    import Glibc
    import SystemPackage
#endif

/// Writes a file of packed images in the format of `PackedImages`: the records in any order, then the index.
///
/// The file gets its name when it is complete. Several threads may write records.
struct PackedFileWriter: Sendable {
    /// The contents of the index, without the checksums.
    struct Contents {
        let labels: [UInt16]
        /// One name per image; empty if images don't have a file each.
        let names: [String]
        let trainingCount: Int
        let classNames: [String]
        let normalization: Normalization
        /// How the pictures were resized to this shape.
        let resize: String
    }

    let path: String
    let shape: ImageShape
    let element: PixelStorage.Element
    private let file: FileDescriptor

    private var recordByteCount: Int { shape.count * element.byteCount }

    /// Writes a file, completely or not at all.
    ///
    /// - Parameters:
    ///   - path: The file, which is replaced if it exists.
    ///   - shape: The shape of every image.
    ///   - element: The kind of values.
    ///   - fill: Writes the records and, last, the index.
    /// - Throws: `DatasetError.unwritable`, and what `fill` throws.
    static func write(
        to path: String,
        shape: ImageShape,
        element: PixelStorage.Element,
        _ fill: (PackedFileWriter) throws(DatasetError) -> Void
    ) throws(DatasetError) {
        // Decoding can take hours: what can't get its name at the end is refused at once.
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            throw .unwritable(path: path, reason: "\(Errno.isDirectory)")
        }
        removeParts(of: path)
        let part = path + ".part-\(getpid())"
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open(
                FilePath(part),
                .readWrite,
                options: [.create, .truncate, .closeOnExec],
                permissions: [.ownerReadWrite, .groupRead, .otherRead]
            )
        } catch {
            throw .unwritable(path: path, reason: "\(error)")
        }
        // Held until the file is closed, however this process ends: another process that gets the lock may remove the
        // file. Without locks, the process that removes it gets none either.
        _ = try? FileLock.take(file)
        do {
            try fill(PackedFileWriter(path: path, shape: shape, element: element, file: file))
            try FileChange.attempt(path) { path in
                try DiskSynchronization.synchronize(file)
                guard rename(part, path) == 0 else { throw Errno(rawValue: errno) }
            }
            try? file.close()
            try FileChange.syncFolder((path as NSString).deletingLastPathComponent)
        } catch {
            try? file.close()
            unlink(part)
            throw error
        }
    }

    /// Removes what killed processes left of a file.
    ///
    /// A part that is still being written is locked.
    private static func removeParts(of path: String) {
        let folder = (path as NSString).deletingLastPathComponent
        let prefix = (path as NSString).lastPathComponent + ".part-"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
        for name in names where name.hasPrefix(prefix) {
            let part = (folder as NSString).appendingPathComponent(name)
            guard let lock = try? FileLock.take(part) else { continue }
            unlink(part)
            lock.release()
        }
    }

    /// Writes one image to its place in the file.
    ///
    /// - Parameters:
    ///   - index: The image's number.
    ///   - record: Its values `[C, H, W]`.
    /// - Returns: The checksum for the index.
    /// - Throws: `DatasetError.unwritable`.
    func write(_ index: Int, _ record: UnsafeRawBufferPointer) throws(DatasetError) -> UInt32 {
        precondition(record.count == recordByteCount, "\(record.count) bytes found, \(recordByteCount) needed")
        try FileChange.attempt(path) { _ in
            _ = try file.writeAll(toAbsoluteOffset: Int64(PackedImages.pixelOffset + index * recordByteCount), record)
        }
        return Checksum.crc32(record)
    }

    /// Writes the index, and then the head of the file.
    ///
    /// - Parameters:
    ///   - contents: The contents of the index.
    ///   - checksums: One per image.
    /// - Throws: `DatasetError.unwritable`.
    func writeIndex(_ contents: Contents, checksums: [UInt32]) throws(DatasetError) {
        try FileChange.attempt(path) { _ in
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            let names = contents.names.isEmpty ? Data() : try encoder.encode(contents.names)
            let header = PackedImages.Header(
                shape: [shape.channels, shape.height, shape.width],
                count: contents.labels.count,
                trainingCount: contents.trainingCount,
                classNames: contents.classNames,
                mean: contents.normalization.mean,
                deviation: contents.normalization.standardDeviation,
                resize: contents.resize,
                nameByteCount: names.count,
                element: element == .uint8 ? nil : element
            )
            let text = try encoder.encode(header)
            var index = Self.bytes(UInt64(text.count)) + text
            for label in contents.labels { index += Self.bytes(label) }
            for checksum in checksums { index += Self.bytes(checksum) }
            index += names
            let offset = PackedImages.pixelOffset + contents.labels.count * recordByteCount
            try file.writeAll(toAbsoluteOffset: Int64(offset), index)
            var start = PackedImages.magic + Self.bytes(UInt64(offset)) + Self.bytes(UInt64(index.count))
            start += SHA256.hash(data: index)
            try file.writeAll(
                toAbsoluteOffset: 0,
                start + Array(repeating: 0, count: PackedImages.pixelOffset - start.count)
            )
        }
    }

    private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
}
