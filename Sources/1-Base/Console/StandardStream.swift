#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Standard output or standard error.
///
/// Nothing else in the program writes to them.
///
/// A closed terminal, a full disk, or a reader such as `head` that has exited must not end a run, so Swift's
/// `FileHandle.write`, which traps then, is not used. The program ignores SIGPIPE for the same reason.
package struct StandardStream: Sendable {
    /// For results.
    package static let output = StandardStream(descriptor: STDOUT_FILENO, name: "standard output")
    /// For messages.
    package static let error = StandardStream(descriptor: STDERR_FILENO, name: "standard error")

    private let descriptor: Int32
    private let name: String

    package init(descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
    }

    /// Writes a result, and fails if it can't be written.
    ///
    /// - Parameter text: The text, with its line breaks.
    /// - Throws: `StreamError`, but not when the reader has exited, since it wants no more.
    package func write(_ text: String) throws(StreamError) {
        let code = append(text)
        guard code == 0 || code == EPIPE else { throw StreamError(stream: name, code: code) }
    }

    /// Writes a result and a line break.
    package func writeLine(_ line: String) throws(StreamError) { try write(line + "\n") }

    /// Writes progress or a message; what can't be written is dropped.
    ///
    /// - Parameter text: The text, with its line breaks.
    package func tell(_ text: String) { _ = append(text) }

    /// Writes a line of progress or a message; what can't be written is dropped.
    package func tellLine(_ line: String) { tell(line + "\n") }

    /// - Returns: 0, or the system's error number.
    private func append(_ text: String) -> Int32 {
        var text = text
        return text.withUTF8 { bytes in
            var written = 0
            while written < bytes.count {
                let count = systemWrite(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
                if count >= 0 {
                    written += count
                } else if errno == EAGAIN {
                    // Another program on the same terminal has made it non-blocking.
                    var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&request, 1, -1)
                } else if errno != EINTR {
                    return errno
                }
            }
            return 0
        }
    }
}

// The C function, whose name is hidden by the type's method.
private let systemWrite: @Sendable (Int32, UnsafeRawPointer?, Int) -> Int = { write($0, $1, $2) }

/// A result that could not be written.
package struct StreamError: Error, Equatable, CustomStringConvertible {
    /// The stream's name.
    package let stream: String
    /// The operating system's error number.
    package let code: Int32

    package var description: String { "\(stream): cannot write: \(String(cString: strerror(code)))" }
}
