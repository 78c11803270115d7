import ConfigurationFiles
import Foundation
import Tensors

/// A configuration key that a sweep varies, and its values.
package struct SweepParameter: Sendable, Equatable {
    /// The values of a parameter.
    package enum Values: Sendable, Equatable {
        /// The values of a list, as they are written.
        case list([String])
        /// The numbers of a range.
        case range(minimum: Double, maximum: Double, scale: Scale, isInteger: Bool)
    }

    /// The distribution over a range.
    package enum Scale: String, CaseIterable, Sendable {
        /// Uniform.
        case linear
        /// Uniform in the logarithm.
        case logarithmic
    }

    /// The key path, as for `--set`.
    package let key: String
    /// Its values.
    package let values: Values

    /// A key with its values.
    package init(key: String, values: Values) {
        self.key = key
        self.values = values
    }

    /// Reads `key: [values]`, or `key: {minimum, maximum, scale, integer}`.
    init(_ key: String, of options: OptionReader) throws(ConfigurationError) {
        self.key = key
        if !options.isSample, let texts = try options.optionalTexts(key, means: "the values to try") {
            values = .list(texts)
            return
        }
        let range = try options.section(key, means: "a key to vary: a list of values, or a range to draw from")
        let minimum = try range.number(
            "minimum",
            in: -.greatestFiniteMagnitude ... .greatestFiniteMagnitude,
            means: "the smallest value"
        )
        let maximum = try range.number("maximum", in: minimum ... .greatestFiniteMagnitude, means: "the largest value")
        let scale = try range.choice(
            "scale",
            default: Scale.linear,
            means: "whether the value or its logarithm is uniform"
        )
        let isInteger = try range.boolean("integer", default: false, means: "round to integers")
        try range.finish()
        if scale == .logarithmic, minimum <= 0 {
            throw range.error("minimum", "needs a number above 0 for a logarithmic scale, found \(minimum)")
        }
        if isInteger, [minimum, maximum].contains(where: { abs($0) > 0x1p53 }) {
            throw range.error("integer", "needs bounds within ±2^53, found \(minimum) and \(maximum)")
        }
        values = .range(minimum: minimum, maximum: maximum, scale: scale, isInteger: isInteger)
    }

    /// Draws one value.
    func draw(from random: inout RandomStream) -> String {
        switch values {
        case .list(let texts):
            return texts[random.nextInteger(below: texts.count)]
        case .range(let minimum, let maximum, let scale, let isInteger):
            let share = Double(random.nextUniform())
            let value =
                scale == .linear
                ? minimum + share * (maximum - minimum)
                : minimum * pow(maximum / minimum, share)
            return isInteger ? "\(Int(min(max(value.rounded(), minimum), maximum)))" : "\(value)"
        }
    }
}
