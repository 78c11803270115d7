#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Reads a pipe line by line.
///
/// `FileHandle.availableData` would trap when a descriptor can't be read.
package enum LineReader {
    /// Reads to the end, or to the first error.
    ///
    /// - Parameters:
    ///   - descriptor: What to read. It is not closed.
    ///   - take: Called with each line as soon as it is complete, without its line break, and with an unfinished last
    ///     line.
    package static func readLines(from descriptor: Int32, _ take: (String) -> Void) {
        var rest: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while let count = readSome(from: descriptor, into: &chunk) {
            let lines = chunk[..<count].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            for line in lines.dropLast() {
                take(String(decoding: rest + line, as: UTF8.self))
                rest.removeAll()
            }
            rest += lines[lines.count - 1]
        }
        if !rest.isEmpty { take(String(decoding: rest, as: UTF8.self)) }
    }

    /// Reads the bytes that are available, and waits until there are some.
    ///
    /// - Returns: How many bytes were read; nil at the end, or on an error.
    private static func readSome(from descriptor: Int32, into chunk: inout [UInt8]) -> Int? {
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count > 0 { return count }
            if count == 0 || errno != EINTR { return nil }
        }
    }
}
