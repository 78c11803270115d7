import Foundation

/// Maps an axis's numbers to positions in a picture.
package struct Scale: Sendable, Equatable {
    /// The kind of an axis.
    package enum Kind: Sendable {
        /// Equal distances mean equal differences.
        case linear
        /// Linear, with ticks at integers.
        case whole
        /// Equal distances mean equal factors.
        case logarithmic
    }

    /// The first and the last number, which are ticks; all data are between them.
    package let domain: ClosedRange<Double>
    /// The positions of the first and the last number.
    package let range: (Double, Double)
    /// The numbers at the ticks.
    package let ticks: [Double]
    private let kind: Kind

    /// A scale from the last tick below the minimum to the first tick above the maximum of some numbers.
    ///
    /// - Parameters:
    ///   - kind: Linear or logarithmic.
    ///   - values: The numbers to draw; above 0 for a logarithmic scale.
    ///   - range: The positions of the ends.
    package init(_ kind: Kind, of values: [Double], range: (Double, Double)) {
        let low = values.min() ?? 0
        let high = values.max() ?? 1
        self.kind = kind
        self.range = range
        switch kind {
        case .linear:
            ticks = Self.linearTicks(low, high > low ? high : low + max(abs(low), 1) / 10)
        case .whole:
            ticks = Self.linearTicks(low, max(high, low + 1), smallestStep: 1)
        case .logarithmic:
            precondition(low > 0, "Scale: \(low) found, a number above 0 needed for a logarithmic scale")
            ticks = Self.logarithmicTicks(low, high)
        }
        domain = ticks[0]...ticks[ticks.count - 1]
    }

    /// The position of a number.
    ///
    /// - Parameter value: Any number; above 0 for a logarithmic scale.
    /// - Returns: A position, outside of the range for numbers outside of the domain.
    package func position(_ value: Double) -> Double {
        let share =
            switch kind {
            case .linear, .whole: (value - domain.lowerBound) / (domain.upperBound - domain.lowerBound)
            case .logarithmic: log(value / domain.lowerBound) / log(domain.upperBound / domain.lowerBound)
            }
        return range.0 + share * (range.1 - range.0)
    }

    package static func == (left: Scale, right: Scale) -> Bool {
        left.kind == right.kind && left.ticks == right.ticks && left.range == right.range
    }

    /// Multiples of 1, 2 or 5 times a power of ten, four to nine of them, or fewer if they would be closer than
    /// `smallestStep`.
    private static func linearTicks(_ low: Double, _ high: Double, smallestStep: Double = 0) -> [Double] {
        let coarse = (high - low) / 5
        let power = pow(10, floor(log10(coarse)))
        let step = max(smallestStep, power * ([1, 2, 5, 10].first { $0 * power >= coarse * 0.999 } ?? 10))
        let (first, last) = (Int((low / step + 1e-9).rounded(.down)), Int((high / step - 1e-9).rounded(.up)))
        // As a quotient, a decimal fraction is the float nearest to it; as a product it might not be.
        return (first...max(last, first + 1)).map { step < 1 ? Double($0) / (1 / step).rounded() : Double($0) * step }
    }

    /// Powers of ten, or every second or third if there are many; if there are fewer than four, also 2 and 5 times
    /// each.
    private static func logarithmicTicks(_ low: Double, _ high: Double) -> [Double] {
        let first = Int((log10(low) + 1e-9).rounded(.down))
        let last = max(Int((log10(high) - 1e-9).rounded(.up)), first + 1)
        guard log10(high / low) >= 4 else {
            let all = (first...last).flatMap { power in [1, 2, 5].map { $0 * pow(10, Double(power)) } }
            let start = all.lastIndex { $0 <= low * (1 + 1e-9) } ?? 0
            let end = all.firstIndex { $0 >= high * (1 - 1e-9) } ?? all.count - 1
            return Array(all[start...max(end, start + 1)])
        }
        let step = (last - first + 7) / 8
        let count = (last - first + step - 1) / step
        return (0...count).map { pow(10, Double(first + $0 * step)) }
    }
}
