import Console
import Foundation

/// A child process in a process group of its own, so that the terminal's SIGINT doesn't reach it.
///
/// Its standard input is a pipe that stays open as long as this process lives. Reading its end means that this process
/// has died.
///
/// For `launch` and `verify`, which start ranks and what they need on other hosts; everything else, the ranks of trials
/// included, is started by swift-subprocess. These two reap all orphans of their ranks (`Descendants`), which would take
/// the exit statuses of children away from swift-subprocess, and they signal a child from outside of the task that waits
/// for it.
package final class ChildProcess: Sendable {
    /// Where the child's standard error goes.
    package enum Output {
        /// Where this process's standard error goes.
        case inherited
        /// Line by line to a function, which is called on another thread; an unfinished last line counts.
        case lines(@Sendable (String) -> Void)
    }

    private let process: pid_t
    private let lifeline: Int32
    private let reading = DispatchGroup()

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - arguments: The program's name, which is looked up in PATH, and its arguments.
    ///   - environment: Variables in addition to this process's environment.
    ///   - discardsOutput: Whether standard output is discarded; otherwise it goes where this process's goes.
    ///   - standardError: Where standard error goes.
    /// - Throws: `ProcessError`.
    package init(
        _ arguments: [String],
        environment: [String: String],
        discardsOutput: Bool = false,
        standardError: Output
    ) throws(ProcessError) {
        let input = try Self.makePipe(for: arguments)
        var spawning = Spawning()
        defer { spawning.destroy() }
        spawning.redirect(input.reading, to: STDIN_FILENO)
        if discardsOutput { spawning.discardOutput() }
        var output: (reading: Int32, writing: Int32)?
        if case .lines = standardError {
            let pipe = try Self.makePipe(for: arguments)
            spawning.redirect(pipe.writing, to: STDERR_FILENO)
            output = pipe
        }
        defer {
            close(input.reading)
            if let output { close(output.writing) }
        }
        lifeline = input.writing
        do throws(ProcessError) {
            process = try spawning.start(arguments, environment: environment)
        } catch {
            close(input.writing)
            if let output { close(output.reading) }
            throw error
        }
        if let output, case .lines(let take) = standardError { read(output.reading, take) }
    }

    /// Sends a signal to the process.
    package func send(_ signal: Int32) { kill(process, signal) }

    /// Waits until the process has ended and its last lines have been passed on.
    ///
    /// Call it once.
    package func wait() -> ProcessEnd {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        finish()
        return ProcessEnd(waitStatus: status)
    }

    /// Waits until the process has ended; kills it at a deadline.
    ///
    /// Call it once.
    package func wait(until deadline: ContinuousClock.Instant) -> ProcessEnd {
        var status: Int32 = 0
        while waitpid(process, &status, WNOHANG) == 0 {
            if ContinuousClock.now > deadline { kill(process, SIGKILL) }
            usleep(10_000)
        }
        finish()
        return ProcessEnd(waitStatus: status)
    }

    private func finish() {
        close(lifeline)
        // The child's own children may hold the pipe open; what they write is no longer of interest.
        _ = reading.wait(timeout: .now() + 1)
    }

    private func read(_ descriptor: Int32, _ take: @escaping @Sendable (String) -> Void) {
        reading.enter()
        Thread.detachNewThread { [reading] in
            LineReader.readLines(from: descriptor, take)
            close(descriptor)
            reading.leave()
        }
    }

    private static func makePipe(for arguments: [String]) throws(ProcessError) -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw ProcessError(program: arguments[0], reason: String(cString: strerror(errno)))
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }
}
