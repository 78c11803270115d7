import Foundation

/// Runs a test body that changes this process's signal handlers, one such test at a time.
///
/// - Parameters:
///   - numbers: The signals, which get their default handlers before the body, and their previous ones after it.
///   - body: The test.
/// - Returns: What the body returns.
/// - Throws: What the body throws.
package func withProcessSignals<Result>(_ numbers: [Int32], _ body: () throws -> Result) rethrows -> Result {
    lock.lock()
    let before = numbers.map { signal($0, SIG_DFL) }
    defer {
        for (number, handler) in zip(numbers, before) { signal(number, handler) }
        lock.unlock()
    }
    return try body()
}

private let lock = NSLock()
