#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// Whole files of a known length.
enum FileBytes {
    /// Reads a file whose length its format fixes, with memory for no more than that, however long the file is.
    static func read(_ path: String, expectedCount: Int) throws(DatasetError) -> [UInt8] {
        do {
            // Not blocking, because the path may name a pipe.
            let file = try FileDescriptor.open(FilePath(path), .readOnly, options: .nonBlocking)
            return try file.closeAfter { try read(file, path: path, expectedCount: expectedCount) }
        } catch let error as DatasetError {
            throw error
        } catch Errno.noSuchFileOrDirectory, Errno.notDirectory {
            throw .missing(path: path)
        } catch {
            throw .unreadable(path: path, reason: "\(error)")
        }
    }

    private static func read(_ file: FileDescriptor, path: String, expectedCount: Int) throws -> [UInt8] {
        let bytes = try [UInt8](unsafeUninitializedCapacity: expectedCount + 1) { memory, initializedCount in
            while initializedCount < memory.count {
                let rest = UnsafeMutableBufferPointer(rebasing: memory[initializedCount...])
                let arrivedCount = try file.read(into: UnsafeMutableRawBufferPointer(rest))
                if arrivedCount == 0 { break }
                initializedCount += arrivedCount
            }
        }
        guard bytes.count == expectedCount else {
            let length = bytes.count < expectedCount ? bytes.count : Int(try file.seek(offset: 0, from: .end))
            throw DatasetError.wrongLength(path: path, found: length, expected: expectedCount)
        }
        return bytes
    }
}
