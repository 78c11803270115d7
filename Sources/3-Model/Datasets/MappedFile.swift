import CFileMapping

#if canImport(System)
    import Darwin
    import System
#else
    import Glibc
    import SystemPackage
#endif

/// A file mapped into memory, which all processes of a machine that map it share.
///
/// Pages are read when they are touched, and dropped when memory is short. If the file is shortened meanwhile, the
/// process ends with a message that names it.
package final class MappedFile: Sendable {
    /// The file.
    package let path: String
    /// Its length when it was mapped.
    package let byteCount: Int
    /// Its bytes, valid as long as this object lives.
    nonisolated(unsafe) let start: UnsafeRawPointer

    private let file: FileDescriptor
    private let identity: Identity

    /// The attributes of a file that change when it is written to.
    private struct Identity: Equatable {
        let byteCount: Int
        let seconds: Int
        let nanoseconds: Int
    }

    /// Maps a whole file.
    ///
    /// - Parameters:
    ///   - path: The file. A pipe or device is an error, not waited for.
    ///   - isReadInOrder: Whether its bytes are read once, from the first to the last; by default in any order.
    /// - Throws: `DatasetError.missing` or `unreadable`.
    package init(_ path: String, isReadInOrder: Bool = false) throws(DatasetError) {
        self.path = path
        do {
            file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.nonBlocking, .closeOnExec])
        } catch Errno.noSuchFileOrDirectory, Errno.notDirectory {
            throw .missing(path: path)
        } catch {
            throw .unreadable(path: path, reason: "\(error)")
        }
        do {
            identity = try Self.identity(of: file, path: path)
            byteCount = identity.byteCount
            // For reads in any order, `willRead` announces what is needed.
            let advice = isReadInOrder ? MADV_SEQUENTIAL : MADV_RANDOM
            start = try Self.map(file, byteCount: byteCount, path: path, advice: advice)
        } catch {
            try? file.close()
            throw error
        }
    }

    deinit {
        if byteCount == 0 {
            start.deallocate()
        } else {
            cfilemapping_forget(start)
            munmap(UnsafeMutableRawPointer(mutating: start), byteCount)
        }
        try? file.close()
    }

    private static func map(
        _ file: FileDescriptor,
        byteCount: Int,
        path: String,
        advice: Int32
    ) throws(DatasetError) -> UnsafeRawPointer {
        // Nothing can be mapped of an empty file, and nothing is read from it.
        guard byteCount > 0 else {
            return UnsafeRawPointer(UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1))
        }
        guard let memory = mmap(nil, byteCount, PROT_READ, MAP_SHARED, file.rawValue, 0), memory != MAP_FAILED else {
            throw .unreadable(path: path, reason: "\(Errno(rawValue: errno))")
        }
        madvise(memory, byteCount, advice)
        guard cfilemapping_watch(memory, byteCount, path) == 0 else {
            munmap(memory, byteCount)
            throw .unreadable(path: path, reason: "too many files are mapped")
        }
        return UnsafeRawPointer(memory)
    }

    /// The bytes of a part of the file; the part must be within the file.
    func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= byteCount,
            "\(path): bytes \(range) found, below \(byteCount) needed"
        )
        return UnsafeRawBufferPointer(start: start + range.lowerBound, count: range.count)
    }

    /// Asks the system to read a part that is needed soon.
    func willRead(_ range: Range<Int>) {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let first = range.lowerBound / page * page
        madvise(UnsafeMutableRawPointer(mutating: start + first), range.upperBound - first, MADV_WILLNEED)
    }

    /// Checks that the file has not been written to since it was mapped.
    ///
    /// - Throws: `DatasetError.changed`.
    func checkUnchanged() throws(DatasetError) {
        guard try Self.identity(of: file, path: path) == identity else { throw .changed(path: path) }
    }

    private static func identity(of file: FileDescriptor, path: String) throws(DatasetError) -> Identity {
        var status = stat()
        guard fstat(file.rawValue, &status) == 0 else {
            throw .unreadable(path: path, reason: "\(Errno(rawValue: errno))")
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(path: path, reason: "not a regular file") }
        #if canImport(Darwin)
            let modified = status.st_mtimespec
        #else
            let modified = status.st_mtim
        #endif
        return Identity(byteCount: Int(status.st_size), seconds: modified.tv_sec, nanoseconds: modified.tv_nsec)
    }
}
