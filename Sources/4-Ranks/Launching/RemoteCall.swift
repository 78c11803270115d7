import Processes
import Synchronization

/// How a command on another host ended.
struct RemoteAnswer {
    /// Whether it succeeded in time.
    let isOK: Bool
    /// The last line that it, or the remote shell's client, wrote.
    let lastLine: String
}

/// A command that runs on another host.
struct RemoteCall {
    private let child: ChildProcess?
    private let messages = Messages()

    /// Starts the command.
    ///
    /// - Parameter arguments: The remote shell's client, with the host and the command.
    init(_ arguments: [String]) {
        do throws(ProcessError) {
            child = try ChildProcess(
                arguments,
                environment: [:],
                discardsOutput: true,
                standardError: .lines { [messages] line in messages.add(line) }
            )
        } catch {
            child = nil
            messages.add(error.description)
        }
    }

    /// Waits for the end of the command, and kills it at a deadline.
    func answer(until deadline: ContinuousClock.Instant) -> RemoteAnswer {
        let end = child?.wait(until: deadline)
        let isLate = end == .signalled(9)
        return RemoteAnswer(isOK: end == .exited(0), lastLine: isLate ? "no answer in time" : messages.last)
    }

    private final class Messages: Sendable {
        private let lastLine = Mutex("")

        func add(_ line: String) {
            let words = line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            if !words.isEmpty { lastLine.withLock { $0 = words } }
        }

        var last: String { lastLine.withLock { $0 } }
    }
}
