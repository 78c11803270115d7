import Foundation

/// From an axis's numbers to positions on a picture.
package struct Scale: Sendable, Equatable {
    /// What equal distances on the axis mean.
    package enum Kind: Sendable {
        /// Equal differences.
        case linear
        /// Equal differences, of numbers that are whole.
        case whole
        /// Equal factors.
        case logarithmic
    }

    /// The first and the last number, between which all data lie; at ticks.
    package let domain: ClosedRange<Double>
    /// Where the first and the last number are drawn.
    package let range: (Double, Double)
    /// The numbers that are written beside the axis.
    package let ticks: [Double]
    private let kind: Kind

    /// A scale whose ends are ticks at, or next beyond, the least and the greatest of some numbers.
    ///
    /// - Parameters:
    ///   - kind: Linear or logarithmic.
    ///   - values: What is drawn; above 0 for a logarithmic scale.
    ///   - range: Where the ends are drawn.
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

    /// Where a number is drawn.
    ///
    /// - Parameter value: Any number; above 0 for a logarithmic scale.
    /// - Returns: A position, beyond the range for numbers beyond the domain.
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

    /// Multiples of 1, 2 or 5 times a power of ten, four to nine of them, or fewer that are `smallestStep` apart.
    private static func linearTicks(_ low: Double, _ high: Double, smallestStep: Double = 0) -> [Double] {
        let coarse = (high - low) / 5
        let power = pow(10, floor(log10(coarse)))
        let step = max(smallestStep, power * ([1, 2, 5, 10].first { $0 * power >= coarse * 0.999 } ?? 10))
        let (first, last) = (Int((low / step + 1e-9).rounded(.down)), Int((high / step - 1e-9).rounded(.up)))
        // A decimal fraction is the nearest to what is meant as a quotient, not as a product.
        return (first...max(last, first + 1)).map { step < 1 ? Double($0) / (1 / step).rounded() : Double($0) * step }
    }

    /// Powers of ten, of many every second or third; over less than four of them, 2 and 5 times each too.
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
