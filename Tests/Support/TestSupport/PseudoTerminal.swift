package import Foundation
import Synchronization

/// A terminal without a screen, for sessions of processes.
package final class PseudoTerminal: Sendable {
    /// Why there is no terminal.
    package struct Failure: Error {
        /// The system's error number.
        package let code: Int32
    }

    /// The standard streams for programs on the terminal.
    package let device: FileHandle
    /// -1 when it is closed.
    private let controller: Mutex<Int32>

    /// Creates a terminal.
    ///
    /// - Parameter columns: Its width in characters.
    /// - Throws: `Failure`.
    package init(columns: Int = 80) throws {
        // Does the same as `posix_openpt` and related functions, which Swift doesn't import.
        let controller = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var (isLocked, number): (Int32, Int32) = (0, 0)
        guard controller >= 0, ioctl(controller, Self.setLock, &isLocked) == 0,
            ioctl(controller, Self.getNumber, &number) == 0
        else { throw Failure(code: errno) }
        let name = "/dev/pts/\(number)"
        let descriptor = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(code: errno) }
        device = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var size = winsize(ws_row: 24, ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(controller, UInt(TIOCSWINSZ), &size)
        self.controller = Mutex(controller)
    }

    deinit { close() }

    /// Linux' TIOCSPTLCK and TIOCGPTN.
    private static let (setLock, getNumber) = (UInt(0x4004_5431), UInt(0x8004_5430))

    /// Closes the terminal: the leader of the session gets SIGHUP, and writing fails from then on.
    package func close() {
        controller.withLock { controller in
            guard controller >= 0 else { return }
            _ = systemClose(controller)
            controller = -1
        }
    }

    /// Discards what was written so far, since a terminal without a reader fills up.
    ///
    /// - Returns: Whether the terminal is still open.
    private func drain() -> Bool {
        controller.withLock { controller in
            guard controller >= 0 else { return false }
            var request = pollfd(fd: controller, events: Int16(POLLIN), revents: 0)
            var bytes = [UInt8](repeating: 0, count: 4096)
            // A blocking read would keep the terminal open.
            while poll(&request, 1, 0) > 0, read(controller, &bytes, bytes.count) > 0 {}
            return true
        }
    }

    /// Runs a command as the leader of a session on this terminal.
    ///
    /// - Parameters:
    ///   - command: A program, looked up in PATH, and its arguments.
    ///   - environment: Variables in addition to this process's environment.
    ///   - meanwhile: Called while it runs.
    /// - Returns: Its exit code, or 128 + the number of the signal that ended it.
    /// - Throws: What `meanwhile` throws, or an error if the command can't be started.
    package func run(
        _ command: [String],
        environment: [String: String] = [:],
        meanwhile: () throws -> Void = {}
    ) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["timeout", "--foreground", "--kill-after=5", "60", "setsid", "--ctty", "--wait"] + command
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = device
        process.standardOutput = device
        process.standardError = device
        try process.run()
        Thread.detachNewThread {
            while self.drain() { usleep(10_000) }
        }
        defer { if process.isRunning { process.terminate() } }
        try meanwhile()
        process.waitUntilExit()
        return process.terminationStatus
    }
}

// The C function, whose name is hidden by the type's method.
private let systemClose: @Sendable (Int32) -> Int32 = { Foundation.close($0) }
