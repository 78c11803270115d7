/// What can be wrong with a data set, with access to it, or with a request.
package enum DatasetError: Error, Equatable {
    /// A file or folder of the data set is missing.
    case missing(path: String)
    /// The system doesn't allow reading the file.
    case unreadable(path: String, reason: String)
    /// The length of the file doesn't fit its format.
    case wrongLength(path: String, found: Int, expected: Int)
    /// A file was written to while it was in use.
    case changed(path: String)
    /// A file violates its format; the text names it, and says what to do.
    case damagedFile(String)
    /// The files don't form a data set; the text names them, and says what to do.
    case unsuitable(String)
    /// A label is not the number of a class.
    case labelOutOfRange(path: String, record: Int, found: Int, classCount: Int)
    /// The value of an option doesn't fit the data set.
    case invalidOption(name: String, found: String, needed: String)
    /// A program that `data fetch` runs isn't installed.
    case toolMissing(name: String)
    /// A program that `data fetch` runs failed to start or to report its end.
    case toolFailed(name: String, reason: String)
    /// The download was interrupted.
    case transferFailed(url: String, reason: String)
    /// The downloaded file has the wrong checksum; it has been removed.
    case checksumDiffers(url: String, algorithm: String, found: String, expected: String)
    /// The archive can't be listed or unpacked.
    case damagedArchive(path: String, reason: String)
    /// The archive contains an entry that must not be unpacked.
    case unsafeArchive(entry: String, problem: String)
    /// Something other than the complete data set is at its destination.
    case occupied(path: String, reason: String)
    /// The system doesn't allow writing here.
    case unwritable(path: String, reason: String)
}

extension DatasetError: CustomStringConvertible {
    /// What is wrong, where, what was expected, and what to do.
    package var description: String {
        guard let hint else { return problem }
        return "\(problem); \(hint)"
    }

    /// What is wrong, where, and what was expected.
    package var problem: String {
        switch self {
        case .missing(let path): "\(path): not found"
        case .unreadable(let path, let reason): "\(path): can't be read: \(reason)"
        case .wrongLength(let path, let found, let expected): "\(path): \(found) bytes found, \(expected) expected"
        case .changed(let path): "\(path): changed while it was in use; start again when nobody writes to it"
        case .damagedFile(let text), .unsuitable(let text): text
        case .labelOutOfRange(let path, let record, let found, let classCount):
            "\(path): record \(record) has label \(found), 0 to \(classCount - 1) expected"
        case .invalidOption(let name, let found, let needed): "\(name): \(found) found, \(needed) needed"
        case .toolMissing(let name): "\(name): not installed"
        case .toolFailed(let name, let reason): "\(name): \(reason)"
        case .transferFailed(let url, let reason): "\(url): \(reason)"
        case .checksumDiffers(let url, let algorithm, let found, let expected):
            "\(url): \(algorithm) \(found) found, \(expected) expected; the downloaded file was removed"
        case .damagedArchive(let path, let reason): "\(path): not a usable archive: \(reason)"
        case .unsafeArchive(let entry, let problem): "the archive's entry '\(entry)' \(problem); nothing was unpacked"
        case .occupied(let path, let reason): "\(path): exists, but isn't the whole data set: \(reason)"
        case .unwritable(let path, let reason): "\(path): can't be written: \(reason)"
        }
    }

    private var hint: String? {
        let fetch = "'swift-dp-train data fetch cifar10'"
        return switch self {
        case .missing:
            "get the data set with \(fetch), or name the folder that holds it with '--set dataset.root=FOLDER' or "
                + DataRoot.environmentVariable
        case .wrongLength(let path, _, _) where CIFAR10Reader.isFile(path),
            .labelOutOfRange(let path, _, _, _) where CIFAR10Reader.isFile(path):
            // The folder may be the user's own.
            "CIFAR-10's files are 10,000 records of a label from 0 to 9 and 3,072 bytes; get the official ones into "
                + "another folder with \(fetch) --root FOLDER, and name it with '--set dataset.root=FOLDER'"
        case .toolMissing(let name): "install it (Debian, Ubuntu: apt-get install \(name))"
        case .transferFailed:
            "run the same command again to go on from what has arrived, or name another source with --url"
        case .checksumDiffers(_, let algorithm, _, _):
            "run the same command again, or give the source's checksum with --\(algorithm)"
        case .damagedArchive: "remove it and fetch it again"
        case .occupied: "move it away and fetch it again"
        case .unsafeArchive: "name another source with --url"
        case .unreadable, .wrongLength, .labelOutOfRange, .invalidOption, .toolFailed, .unwritable, .changed,
            .damagedFile,
            .unsuitable:
            nil
        }
    }
}
