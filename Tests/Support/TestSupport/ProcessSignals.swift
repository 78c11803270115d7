import Foundation

/// Runs a test body that changes what signals do to this process, one such test at a time.
///
/// - Parameters:
///   - numbers: The signals, which do what the system has them do at first, and what they did before afterwards.
///   - body: The test.
/// - Returns: What the body returns.
/// - Throws: What the body throws.
public func withProcessSignals<Result>(_ numbers: [Int32], _ body: () throws -> Result) rethrows -> Result {
    lock.lock()
    let before = numbers.map { signal($0, SIG_DFL) }
    defer {
        for (number, handler) in zip(numbers, before) { signal(number, handler) }
        lock.unlock()
    }
    return try body()
}

private let lock = NSLock()
