import Dispatch
import Foundation
import Processes

/// Turns SIGINT, SIGTERM and SIGHUP into cancellation: running trials write a checkpoint and stop.
package enum Interruption {
    /// Runs `body`, and cancels it when a signal asks the process to stop.
    ///
    /// - Parameter body: The work.
    /// - Returns: The result of `body`.
    /// - Throws: What `body` throws.
    package static func cancelling<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let task = Task { try await body() }
        let numbers = [SIGINT, SIGTERM, SIGHUP].filter { !Signals.isIgnored($0) }
        let sources = numbers.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { task.cancel() }
            source.activate()
            return source
        }
        defer { sources.forEach { $0.cancel() } }
        return try await task.value
    }
}
