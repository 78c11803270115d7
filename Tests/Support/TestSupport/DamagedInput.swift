/// Inputs that no writer makes: valid ones, damaged in ways that a seed decides.
///
/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014) decides, so that an
/// input that broke something can be made again from its number.
public struct DamagedInput: RandomNumberGenerator {
    private var state: UInt64

    /// The source of damages of one seed.
    ///
    /// - Parameter seed: Decides all of them.
    public init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    ///
    /// - Returns: A uniformly distributed word.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// A damaged copy: some bytes changed, cut off, left out, repeated, or taken from another input.
    ///
    /// - Parameters:
    ///   - bytes: A valid input.
    ///   - other: Where foreign bytes come from.
    /// - Returns: Other bytes, most of which are the valid input's.
    public mutating func damage(_ bytes: [UInt8], with other: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &self) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &self)
            // Headers decide more than pixels do.
            let early = Int.random(in: 0..<min(bytes.count, 64), using: &self)
            let length = Int.random(in: 0...min(16, bytes.count - place), using: &self)
            switch Int.random(in: 0..<8, using: &self) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
            case 1: bytes[early] = .random(in: 0...255, using: &self)
            case 2: bytes[early] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &self) ?? 0
            case 3: bytes.removeSubrange(place..<place + length)
            case 4: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
            case 5: bytes.removeLast(bytes.count - place)
            case 6:
                for offset in 0..<length { bytes[place + offset] = .random(in: 0...255, using: &self) }
            default:
                for (offset, byte) in other.prefix(place + length).suffix(length).enumerated() {
                    bytes[place + offset] = byte
                }
            }
        }
        return bytes
    }
}
