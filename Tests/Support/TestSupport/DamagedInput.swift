/// Makes damaged inputs from valid ones, reproducibly: the same damage for the same seed.
package struct DamagedInput: RandomNumberGenerator {
    private var words: SplitMix64

    /// A source of damaged inputs.
    ///
    /// - Parameter seed: The seed of all damage.
    package init(seed: UInt64) { words = SplitMix64(seed: seed) }

    /// The next 64 bits.
    ///
    /// - Returns: A uniformly distributed word.
    package mutating func next() -> UInt64 { words.next() }

    /// A damaged copy: some bytes are changed, cut off, left out, repeated, or taken from another input.
    ///
    /// - Parameters:
    ///   - bytes: A valid input.
    ///   - other: The source of foreign bytes.
    /// - Returns: The damaged bytes, most of which are the valid input's.
    package mutating func damage(_ bytes: [UInt8], with other: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &self) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &self)
            // Damage to a header has more effect than damage to pixels.
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
