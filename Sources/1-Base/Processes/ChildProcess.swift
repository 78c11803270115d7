import Console
import Foundation

/// A process that this one started, in a process group of its own, so that the terminal's SIGINT passes it by.
///
/// Its standard input is a pipe that stays open as long as this process lives: who reads the end of it there is alone.
///
/// For launchers of ranks. They reap whatever their ranks leave behind (`Descendants`), and so take the ends of children
/// away from swift-subprocess, which starts everything else. They also signal a child from outside of the task that
/// waits for it.
package final class ChildProcess: Sendable {
    /// Where its standard error goes.
    package enum Output {
        /// Where this process's goes.
        case inherited
        /// Line by line into a function, which is called on another thread; what is no line at the end counts as one.
        case lines(@Sendable (String) -> Void)
    }

    private let process: pid_t
    private let lifeline: Int32
    private let reading = DispatchGroup()

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - arguments: Its name, looked up in PATH, and arguments.
    ///   - environment: What its environment has besides this process's.
    ///   - discardsOutput: Whether its standard output goes nowhere, rather than where this process's goes.
    ///   - standardError: Where its standard error goes.
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

    /// Waits for the end of the process, and for its last lines.
    ///
    /// Call it once.
    package func wait() -> ProcessEnd {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        finish()
        return ProcessEnd(waitStatus: status)
    }

    /// Waits for the end of the process, which it is given by force at a deadline.
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
        // Its own children may hold the pipe open; they have nothing to say any more.
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
