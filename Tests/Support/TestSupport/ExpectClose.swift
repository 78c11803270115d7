public import Testing

/// Compares two arrays element by element and names the first that is too far off.
///
/// - Parameters:
///   - found: What the code under test gave.
///   - expected: What it should have given.
///   - absolute: The difference that is always allowed.
///   - relative: The further difference allowed, as a share of the expected magnitude.
///   - sourceLocation: Where to report.
public func expectClose(
    _ found: [Float],
    _ expected: [Float],
    absolute: Float = 1e-6,
    relative: Float = 1e-4,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    guard found.count == expected.count else {
        Issue.record("\(found.count) values found, \(expected.count) expected", sourceLocation: sourceLocation)
        return
    }
    for (index, pair) in zip(found, expected).enumerated() {
        let allowed = absolute + relative * pair.1.magnitude
        if !((pair.0 - pair.1).magnitude <= allowed) {
            Issue.record(
                "at \(index): \(pair.0) found, \(pair.1) expected, \(allowed) allowed",
                sourceLocation: sourceLocation
            )
            return
        }
    }
}
