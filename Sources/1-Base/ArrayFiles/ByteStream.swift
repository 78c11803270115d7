import CZlib
import Processes

#if canImport(System)
    import System
#else
    import Glibc
    import SystemPackage
#endif

/// The bytes of a file or of a part of it, in order, decompressed if necessary.
///
/// Only the bytes that are asked for are decompressed and kept, so a small file can't swell: the reader knows how many
/// bytes the header promised.
package final class ByteStream {
    /// How the bytes are compressed.
    package enum Compression: Sendable {
        /// Not compressed.
        case none
        /// gzip (RFC 1952), one member after another.
        case gzip
        /// zlib (RFC 1950).
        case zlib
        /// Raw deflate (RFC 1951).
        case deflate
    }

    /// The file's name in errors.
    package let path: String
    /// How the bytes are compressed.
    package let compression: Compression

    private let file: FileDescriptor
    private let range: Range<Int>
    private let identity: FileIdentity
    /// The position in the file of the next bytes.
    private var position: Int
    private var inflation = z_stream()
    private var hasEnded = false
    /// The expected CRC-32 of all bytes; nil if it is unknown or part of the format.
    private let expectedChecksum: UInt32?
    private var checksum: UInt32 = 0
    private var input = [UInt8](repeating: 0, count: 1 << 16)
    private var inputStart = 0
    private var inputEnd = 0

    /// Deflate expands a byte to at most 1,032 (RFC 1951: two bits stand for up to 258 bytes).
    private static let largestExpansion = 1_032

    /// Opens a file, compressed by gzip or not.
    ///
    /// - Parameter path: The file. A pipe or device is an error, not waited for.
    /// - Throws: `ArrayFileError.missing` or `unreadable`.
    package convenience init(path: String) throws(ArrayFileError) {
        let (file, identity) = try Self.open(path)
        var magic: [UInt8] = [0, 0]
        let count = (try? magic.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: 0, into: $0) }) ?? 0
        try self.init(
            file: file,
            path: path,
            range: 0..<identity.byteCount,
            compression: count == 2 && magic == [0x1F, 0x8B] ? .gzip : .none,
            identity: identity
        )
    }

    /// Opens a part of a file.
    ///
    /// - Parameters:
    ///   - path: Where it is.
    ///   - range: The part, in bytes; it may reach beyond the file's end.
    ///   - compression: How the part is compressed.
    ///   - checksum: CRC-32 of the decompressed part, for `finish()` to check; by default it isn't checked.
    /// - Throws: `ArrayFileError`.
    package convenience init(
        path: String,
        range: Range<Int>,
        compression: Compression,
        checksum: UInt32? = nil
    ) throws(ArrayFileError) {
        let (file, identity) = try Self.open(path)
        let range = range.clamped(to: 0..<identity.byteCount)
        try self.init(
            file: file,
            path: path,
            range: range,
            compression: compression,
            identity: identity,
            checksum: checksum
        )
    }

    private init(
        file: FileDescriptor,
        path: String,
        range: Range<Int>,
        compression: Compression,
        identity: FileIdentity,
        checksum: UInt32? = nil
    ) throws(ArrayFileError) {
        self.file = file
        self.path = path
        self.range = range
        self.compression = compression
        self.identity = identity
        expectedChecksum = checksum
        position = range.lowerBound
        let windowBits: Int32? =
            switch compression {
            case .none: nil
            case .gzip: 15 + 16
            case .zlib: 15
            case .deflate: -15
            }
        guard let windowBits else { return }
        guard czlib_inflate_begin(&inflation, windowBits) == Z_OK else {
            throw .unreadable(path: path, reason: "no memory is left")
        }
    }

    deinit {
        if case .none = compression {} else { inflateEnd(&inflation) }
        try? file.close()
    }

    private static func open(_ path: String) throws(ArrayFileError) -> (FileDescriptor, FileIdentity) {
        do {
            let file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.nonBlocking, .closeOnExec])
            do {
                return (file, try FileIdentity(of: file, path: path))
            } catch {
                try? file.close()
                throw error
            }
        } catch let error as ArrayFileError {
            throw error
        } catch Errno.noSuchFileOrDirectory, Errno.notDirectory {
            throw .missing(path: path)
        } catch {
            throw .unreadable(path: path, reason: "\(error)")
        }
    }

    /// An upper bound of the decompressed length: a header that promises more is wrong.
    package var maximumByteCount: Int {
        if case .none = compression { return range.count }
        let (product, overflows) = range.count.multipliedReportingOverflow(by: Self.largestExpansion)
        return overflows ? .max : product
    }

    /// Reads the next bytes.
    ///
    /// - Parameter count: How many.
    /// - Returns: Exactly `count` bytes.
    /// - Throws: `ArrayFileError.damaged` if the file has fewer, `unsupported` if they don't fit into memory.
    package func read(_ count: Int) throws(ArrayFileError) -> [UInt8] {
        guard count <= maximumByteCount else { throw endsEarly }
        // Whoever reads that much converts it, which takes as much memory again.
        guard count <= MemoryLimit.bytes / 2 else {
            throw .unsupported(
                path: path,
                feature: "an array of \(count) bytes",
                needed: "at most \(MemoryLimit.bytes / 2), half of this machine's memory,"
            )
        }
        var failure: ArrayFileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { memory, initializedCount in
            do throws(ArrayFileError) {
                try read(into: UnsafeMutableRawBufferPointer(memory))
                initializedCount = count
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Fills memory with the next bytes.
    ///
    /// - Parameter memory: Filled to its end.
    /// - Throws: `ArrayFileError`.
    package func read(into memory: UnsafeMutableRawBufferPointer) throws(ArrayFileError) {
        var filled = 0
        while filled < memory.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: memory[filled...])
            let count = try readSome(into: rest)
            guard count > 0 else { throw endsEarly }
            filled += count
        }
    }

    /// Checks that no bytes follow, that the checksum is right if there is one, and that the file has not changed.
    ///
    /// - Throws: `ArrayFileError`.
    package func finish() throws(ArrayFileError) {
        var byte: UInt8 = 0
        let count = try withUnsafeMutableBytes(of: &byte) { memory throws(ArrayFileError) in
            try readSome(into: memory)
        }
        guard count == 0 else { throw .damaged(path: path, reason: "it goes on after its end") }
        guard expectedChecksum.map({ $0 == checksum }) ?? true else {
            throw .damaged(path: path, reason: "its bytes don't match their checksum")
        }
        try checkIdentity()
    }

    /// Checks that the file has not been written to since it was opened.
    ///
    /// - Throws: `ArrayFileError.changed`.
    func checkIdentity() throws(ArrayFileError) {
        do {
            guard try FileIdentity(of: file, path: path) == identity else { throw ArrayFileError.changed(path: path) }
        } catch let error as ArrayFileError {
            throw error
        } catch {
            throw .unreadable(path: path, reason: "\(error)")
        }
    }

    private var endsEarly: ArrayFileError { .damaged(path: path, reason: "it ends too early") }

    /// Reads at least one byte, or none at the end.
    func readSome(into memory: UnsafeMutableRawBufferPointer) throws(ArrayFileError) -> Int {
        let count =
            if case .none = compression { try readStored(into: memory) } else { try inflateSome(into: memory) }
        if expectedChecksum != nil {
            checksum = Checksum.crc32(UnsafeRawBufferPointer(rebasing: memory[..<count]), continuing: checksum)
        }
        return count
    }

    private func readStored(into memory: UnsafeMutableRawBufferPointer) throws(ArrayFileError) -> Int {
        let count = min(memory.count, range.upperBound - position)
        guard count > 0 else { return 0 }
        do {
            let arrived = try file.read(
                fromAbsoluteOffset: Int64(position),
                into: UnsafeMutableRawBufferPointer(rebasing: memory[..<count])
            )
            position += arrived
            return arrived
        } catch {
            throw .unreadable(path: path, reason: "\(error)")
        }
    }

    private func inflateSome(into memory: UnsafeMutableRawBufferPointer) throws(ArrayFileError) -> Int {
        var produced = 0
        while produced == 0, !hasEnded {
            if inputStart == inputEnd { try refill() }
            let room = min(memory.count, 1 << 30)
            let available = inputEnd - inputStart
            let status = input.withUnsafeMutableBufferPointer { input in
                inflation.next_in = input.baseAddress.map { $0 + inputStart }
                inflation.avail_in = UInt32(available)
                inflation.next_out = memory.baseAddress?.assumingMemoryBound(to: UInt8.self)
                inflation.avail_out = UInt32(room)
                return inflate(&inflation, Z_NO_FLUSH)
            }
            inputStart = inputEnd - Int(inflation.avail_in)
            produced = room - Int(inflation.avail_out)
            switch status {
            case Z_OK: break
            case Z_STREAM_END: try endMember()
            case Z_BUF_ERROR where available == 0: throw endsEarly
            case Z_BUF_ERROR: break
            default: throw .damaged(path: path, reason: "its compressed bytes make no sense")
            }
        }
        return produced
    }

    private func refill() throws(ArrayFileError) {
        let capacity = input.count
        var room = [UInt8](repeating: 0, count: 0)
        swap(&room, &input)
        defer { swap(&room, &input) }
        var count = 0
        var failure: ArrayFileError?
        room.withUnsafeMutableBytes { memory in
            do throws(ArrayFileError) {
                count = try readStored(into: UnsafeMutableRawBufferPointer(rebasing: memory[..<capacity]))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        (inputStart, inputEnd) = (0, count)
    }

    /// Another gzip member may follow, but nothing else.
    private func endMember() throws(ArrayFileError) {
        if inputStart == inputEnd { try refill() }
        guard inputStart < inputEnd, case .gzip = compression else {
            hasEnded = true
            return
        }
        guard inflateReset(&inflation) == Z_OK else { throw endsEarly }
    }
}

/// The attributes of a file that change when it is written to.
struct FileIdentity: Equatable {
    let byteCount: Int
    private let modified: [Int]

    init(of file: FileDescriptor, path: String) throws {
        var status = stat()
        guard fstat(file.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ArrayFileError.unreadable(path: path, reason: "not a regular file")
        }
        byteCount = Int(status.st_size)
        #if canImport(Darwin)
            modified = [status.st_mtimespec.tv_sec, status.st_mtimespec.tv_nsec]
        #else
            modified = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
        #endif
    }
}
