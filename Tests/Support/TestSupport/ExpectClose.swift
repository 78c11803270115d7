package import Testing

/// Compares two arrays element by element and reports the first difference that is too large.
///
/// - Parameters:
///   - found: The values of the code under test.
///   - expected: The expected values.
///   - absolute: The difference that is always allowed.
///   - relative: The additional difference, as a fraction of the expected magnitude.
///   - sourceLocation: Where to report.
package func expectClose(
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
