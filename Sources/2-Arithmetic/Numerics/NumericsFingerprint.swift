/// The digest of a fixed set of computations with the kernels in use: equal fingerprints mean equal bits.
///
/// The bits of a product depend on the order of its additions, and thus on OpenBLAS' kernels, the vector width and the
/// C library. Names and versions are only a hint: processors with different names may compute the same bits, and hosts
/// with equal names may not. So it is measured.
package struct NumericsFingerprint: Equatable, Sendable {
    /// The parts that are measured separately.
    package enum Part: String, CaseIterable, Sendable {
        case products, convolutions, normalization, exponentials, updates
        case libraryFunctions = "library functions"
    }

    /// The digest of each part's results.
    package let digests: [Part: UInt64]

    /// The fingerprint of this process, measured at the first use, which takes 5 ms on one core of a Xeon.
    package static let current = NumericsFingerprint()

    /// Measures the fingerprint.
    package init() {
        let samples = NumericsSamples()
        digests = withExtendedLifetime(samples) {
            Dictionary(uniqueKeysWithValues: Part.allCases.map { ($0, samples.digest(of: $0)) })
        }
    }

    /// A fingerprint of given parts.
    package init(digests: [Part: UInt64]) { self.digests = digests }

    /// 16 hexadecimal digits.
    package var text: String {
        var digest = Digest()
        for part in Part.allCases { digest.add(digests[part] ?? 0) }
        let digits = String(digest.value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// A 64-bit digest that tells results apart; it doesn't have to resist forgery.
package struct Digest {
    package private(set) var value: UInt64 = 0x9E37_79B9_7F4A_7C15

    package init() {}

    package mutating func add(_ word: UInt64) {
        value = (value ^ word) &* 0xBF58_476D_1CE4_E5B9
        value ^= value >> 31
    }

    package mutating func add(_ numbers: UnsafeBufferPointer<Float>) {
        for number in numbers { add(UInt64(number.bitPattern)) }
    }
}
