import ArrayFiles
import ImageFiles

/// Reads the names of classes.
enum ClassNames {
    /// Reads a text file with one name per line, starting with class 0.
    static func read(_ path: String) throws(DatasetError) -> [String] {
        let bytes = try DatasetError.translating { () throws(ArrayFileError) in
            let stream = try ByteStream(path: path)
            // Enough for a line of 4,000 letters for each of the largest number of classes.
            guard stream.maximumByteCount <= 1 << 28 else {
                throw ArrayFileError.unsupported(
                    path: path,
                    feature: "\(stream.maximumByteCount) bytes",
                    needed: "fewer"
                )
            }
            return try stream.read(stream.maximumByteCount)
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        return lines.map { $0.filter { $0 != "\r" } }.filter { !$0.isEmpty }
    }
}

extension DatasetError {
    /// Converts an array file's errors to errors of the data set.
    static func translating<Value>(_ read: () throws(ArrayFileError) -> Value) throws(DatasetError) -> Value {
        do {
            return try read()
        } catch {
            throw DatasetError(error)
        }
    }

    init(_ error: ArrayFileError) {
        switch error {
        case .missing(let path): self = .missing(path: path)
        case .unreadable(let path, let reason): self = .unreadable(path: path, reason: reason)
        case .changed(let path): self = .changed(path: path)
        case .damaged, .unsupported: self = .damagedFile(error.description)
        }
    }

    init(_ error: ImageFileError) {
        switch error {
        case .unreadable(let path, let reason): self = .unreadable(path: path, reason: reason)
        case .changed(let path): self = .changed(path: path)
        case .damaged, .unsupported, .tooLarge, .unknownFormat: self = .damagedFile(error.description)
        }
    }
}
