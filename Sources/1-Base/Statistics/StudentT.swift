import Foundation

/// Student's t distribution.
package struct StudentT: Sendable {
    /// The number of degrees of freedom, at least 1.
    package let degreesOfFreedom: Int

    /// A t distribution.
    ///
    /// - Parameter degreesOfFreedom: At least 1.
    package init(degreesOfFreedom: Int) {
        precondition(degreesOfFreedom >= 1, "StudentT: \(degreesOfFreedom) degrees of freedom found, 1 or more needed")
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// The probability of at most `t` (Abramowitz and Stegun, 26.7.1).
    ///
    /// - Parameter t: Any number.
    /// - Returns: 0...1.
    package func cumulativeProbability(_ t: Double) -> Double {
        let freedom = Double(degreesOfFreedom)
        let tail = incompleteBeta(freedom / (freedom + t * t), a: freedom / 2, b: 0.5) / 2
        return t > 0 ? 1 - tail : tail
    }

    /// The value that is exceeded with probability `1 - probability`, found by bisection.
    ///
    /// - Parameter probability: Above 0 and below 1.
    /// - Returns: The quantile, accurate to about the last digit.
    package func quantile(_ probability: Double) -> Double {
        precondition(probability > 0 && probability < 1, "StudentT: probability \(probability) found, in 0..1 needed")
        // The distribution is symmetric, and its lower tail is computed more accurately.
        if probability > 0.5 { return -quantile(1 - probability) }
        var (low, high) = (-1.0, 0.0)
        while cumulativeProbability(low) > probability { low *= 2 }
        while true {
            let middle = (low + high) / 2
            guard middle > low, middle < high else { return middle }
            if cumulativeProbability(middle) > probability { high = middle } else { low = middle }
        }
    }
}

/// The regularized incomplete beta function I_x(a, b), by its continued fraction (Abramowitz and Stegun, 26.5.8;
/// evaluated after Lentz, "Generating Bessel functions in Mie scattering calculations", 1976).
private func incompleteBeta(_ x: Double, a: Double, b: Double) -> Double {
    guard x > 0 else { return 0 }
    guard x < 1 else { return 1 }
    // The fraction converges fast below this point, and I_x(a, b) = 1 - I_(1-x)(b, a).
    guard x <= (a + 1) / (a + b + 2) else { return 1 - incompleteBeta(1 - x, a: b, b: a) }
    let logBeta: Double = lgamma(a) + lgamma(b) - lgamma(a + b)
    let front: Double = exp(a * log(x) + b * log(1 - x) - logBeta) / a
    var (c, d) = (1.0, 1 / (1 - (a + b) * x / (a + 1)))
    var fraction = d
    for m in 1...10_000 {
        let m = Double(m)
        let even: Double = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / (1 + even * d)
        c = 1 + even / c
        fraction *= c * d
        let odd: Double = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / (1 + odd * d)
        c = 1 + odd / c
        fraction *= c * d
        if abs(c * d - 1) < 1e-16 { break }
    }
    return front * fraction
}
