/// The formula for all inputs of the golden fixtures, equal to that of `Tests/Support/Golden/formula.py` bit for bit.
///
/// The header of `Tests/Support/Golden/generate.py` defines it: SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom
/// number generators", OOPSLA 2014) seeded with the FNV-1a hash of a tensor's name.
package enum GoldenFormula {
    /// The generator of a name.
    ///
    /// - Parameter name: The tensor's full name, such as `cnn.0.weight`.
    /// - Returns: A generator of 64-bit words.
    package static func words(_ name: String) -> SplitMix64 { SplitMix64(seed: fnv1a(name)) }

    /// Multiples of 2⁻²³ in `-1 ..< 1`.
    ///
    /// - Parameters:
    ///   - name: The tensor's full name.
    ///   - count: How many numbers.
    /// - Returns: The first `count` numbers of the name.
    package static func uniform(_ name: String, count: Int) -> [Float] {
        var words = words(name)
        return (0..<count).map { _ in Float(Int32(words.next() >> 40) - 1 << 23) * 0x1p-23 }
    }

    /// Integers in `0 ..< bound`.
    ///
    /// - Parameters:
    ///   - name: The tensor's full name.
    ///   - count: How many numbers.
    ///   - bound: At least 1.
    /// - Returns: The first `count` numbers of the name.
    package static func integers(_ name: String, count: Int, below bound: Int) -> [Int] {
        var words = words(name)
        return (0..<count).map { _ in (Int(words.next() >> 40) * bound) >> 24 }
    }

    /// The initial values of a parameter.
    ///
    /// - Parameters:
    ///   - name: The parameter's full name.
    ///   - count: How many numbers.
    ///   - offset: The center of their range.
    ///   - scale: Half the width of their range.
    /// - Returns: `offset + scale * uniform`, rounded to a float after each operation.
    package static func parameter(_ name: String, count: Int, offset: Float, scale: Float) -> [Float] {
        uniform(name, count: count).map { offset + scale * $0 }
    }
}

/// The SplitMix64 generator (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
package struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// The generator with this state.
    ///
    /// - Parameter seed: The state before the first step.
    package init(seed: UInt64) { state = seed }

    /// The next word.
    ///
    /// - Returns: 64 random bits.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}

/// The 64-bit FNV-1a hash (Fowler, Noll and Vo).
///
/// - Parameter text: What to hash, as UTF-8.
/// - Returns: The hash.
package func fnv1a(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}
