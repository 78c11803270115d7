import Foundation

/// Numbers as text, the same in every locale.
package enum Format {
    /// `1707274` as `1,707,274`.
    package static func grouped(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        let grouped = digits.enumerated().map { index, digit in
            index > 0 && (digits.count - index).isMultiple(of: 3) ? ",\(digit)" : "\(digit)"
        }
        return (number < 0 ? "-" : "") + grouped.joined()
    }

    /// A count with its noun, whose plural must end in s: `1 step`, `45 steps`.
    package static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    /// A number rounded to an integer and grouped; `NaN` and infinities by name.
    package static func grouped(_ number: Double) -> String {
        Int(exactly: number.rounded()).map(grouped) ?? "\(number)"
    }

    /// A number with a fixed number of decimals.
    package static func fixed(_ number: some BinaryFloatingPoint, digits: Int) -> String {
        String(format: "%.\(digits)f", Double(number))
    }

    /// A fraction of one as `12.3 %`.
    package static func percent(_ share: some BinaryFloatingPoint, digits: Int = 1) -> String {
        fixed(100 * share, digits: digits) + " %"
    }

    /// A number with as few digits as give it back, without decimals if it is an integer: `255`, not `255.0`.
    package static func shortest(_ number: Float) -> String { Int(exactly: number).map { "\($0)" } ?? "\(number)" }

    /// A progress bar: `[====>     ]`.
    ///
    /// - Parameters:
    ///   - done: How much is done, of `count`; a bar is never more than full, or less than empty.
    ///   - count: At least 1.
    ///   - width: The characters between the brackets.
    ///   - tip: The character after the part that is done; by default none.
    /// - Returns: `width + 2` characters.
    package static func bar(done: Int, of count: Int, width: Int, tip: Character? = nil) -> String {
        let filled = min(width, max(0, done * width / count))
        let tip = filled < width ? tip.map { "\($0)" } ?? "" : ""
        let rest = String(repeating: " ", count: width - filled - tip.count)
        return "[" + String(repeating: "=", count: filled) + tip + rest + "]"
    }

    /// A number of bytes with a unit, in powers of 1,000: `33.3 kB`, `4.0 TB`.
    package static func bytes(_ count: Int) -> String {
        guard count >= 1000 else { return "\(count) B" }
        var (value, unit) = (Double(count), 0)
        while value >= 999.95, unit < 5 { (value, unit) = (value / 1000, unit + 1) }
        return fixed(value, digits: 1) + " " + ["B", "kB", "MB", "GB", "TB", "PB"][unit]
    }

    /// A duration in seconds as `2:13` or, from an hour on, `1:02:13`.
    package static func clock(_ seconds: Double) -> String {
        guard let seconds = Int(exactly: seconds.rounded()).map({ max(0, $0) }) else { return "?" }
        let parts = seconds < 3600 ? [seconds / 60, seconds % 60] : [seconds / 3600, seconds / 60 % 60, seconds % 60]
        return "\(parts[0])" + parts.dropFirst().map { $0 < 10 ? ":0\($0)" : ":\($0)" }.joined()
    }

    /// A text from outside, made safe to print in one line on a terminal: question marks replace line breaks and
    /// control characters.
    package static func plain(_ text: String) -> String {
        var plain = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            plain.append(scalar.properties.generalCategory == .control ? "?" : scalar)
        }
        return String(plain)
    }
}
