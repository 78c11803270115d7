#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a stream of random numbers is used for.
///
/// Streams of different purposes share no numbers.
public enum RandomPurpose: UInt32, Sendable {
    /// Initial weights; the stream's index is the parameter's position in the network.
    case initialization = 1
    /// The order in which an epoch visits its samples.
    case sampleOrder = 2
    /// A sample's augmentation; the stream's index is the sample.
    case augmentation = 3
    /// A sample's dropped activations; the stream's index is the sample, its lane the layer.
    case dropout = 4
    /// The fixed permutation of pixels that the spatial-prior experiment applies.
    case pixelPermutation = 5
    /// Numbers for synthetic benchmark data.
    case benchmark = 6
    /// The settings of a random search; the stream's index is the trial.
    case sweep = 7
    /// The start of an explanation: noise for gradient ascent; the stream's index is the image.
    case explanation = 8
    /// Which images are used for what: lane 0 splits the digits into training and test set, lane 1 chooses the training
    /// images that `dataset.limit` keeps.
    case imageSelection = 9
}

/// A stream of random bits that is a pure function of its coordinates, on whatever rank or thread.
///
/// Philox4x32-10, a counter-based generator (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2,
/// 3", SC 2011): the seed is the key, and (purpose, lane, epoch, index, position) is the counter. A stream depends on
/// no other stream, so streams can be made in any order, on any rank.
public struct RandomStream: RandomNumberGenerator, Sendable {
    private let key: (UInt32, UInt32)
    private var counter: (UInt32, UInt32, UInt32, UInt32)
    private var block: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
    private var usedWordCount = 4

    /// The stream at these coordinates.
    ///
    /// - Parameters:
    ///   - seed: The run's seed.
    ///   - purpose: What the numbers are for.
    ///   - epoch: The epoch, from 0; 0 for purposes that don't depend on the epoch.
    ///   - index: The sample or parameter, from 0.
    ///   - lane: A further coordinate, below 2²⁴; the layer, for dropout.
    public init(seed: UInt64, purpose: RandomPurpose, epoch: Int = 0, index: Int = 0, lane: Int = 0) {
        precondition((0..<1 << 24).contains(lane), "RandomStream: lane \(lane) found, below 2^24 needed")
        key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
        counter = (0, UInt32(index), UInt32(epoch), purpose.rawValue << 24 | UInt32(lane))
    }

    /// The next 32 random bits.
    ///
    /// - Returns: A uniformly distributed word.
    public mutating func nextWord() -> UInt32 {
        if usedWordCount == 4 {
            block = philox4x32(counter: counter, key: key)
            counter.0 &+= 1
            usedWordCount = 0
        }
        defer { usedWordCount += 1 }
        switch usedWordCount {
        case 0: return block.0
        case 1: return block.1
        case 2: return block.2
        default: return block.3
        }
    }

    /// The next 64 random bits, as `RandomNumberGenerator` asks for them.
    ///
    /// - Returns: A uniformly distributed double word.
    public mutating func next() -> UInt64 {
        let low = UInt64(nextWord())
        return UInt64(nextWord()) << 32 | low
    }

    /// A float in `0 ..< 1`, a multiple of 2⁻²⁴.
    ///
    /// - Returns: A uniformly distributed float.
    public mutating func nextUniform() -> Float {
        Float(nextWord() >> 8) * 0x1p-24
    }

    /// A normally distributed float of mean 0 and standard deviation 1 (Box and Muller, 1958).
    ///
    /// - Returns: One of the two normal numbers that two uniform ones give.
    public mutating func nextNormal() -> Float {
        let radius = (-2 * log(1 - Double(nextUniform()))).squareRoot()
        return Float(radius * cos(2 * Double.pi * Double(nextUniform())))
    }

    /// A whole number in `0 ..< bound`, without bias (Lemire, "Fast random integer generation in an interval", 2019).
    ///
    /// - Parameter bound: At least 1.
    /// - Returns: A uniformly distributed number below `bound`.
    public mutating func nextInteger(below bound: Int) -> Int {
        precondition(bound >= 1 && bound <= 1 << 31, "nextInteger: bound \(bound) found, 1 ... 2^31 needed")
        let range = UInt32(bound)
        let threshold = (0 &- range) % range
        while true {
            let product = UInt64(nextWord()) * UInt64(range)
            if UInt32(truncatingIfNeeded: product) >= threshold { return Int(product >> 32) }
        }
    }

    /// A permutation of `0 ..< count` (Fisher and Yates).
    ///
    /// - Parameter count: How many numbers to permute.
    /// - Returns: Each number below `count` once.
    public mutating func permutation(of count: Int) -> [Int32] {
        var order = (0..<Int32(count)).map { $0 }
        for last in stride(from: count - 1, to: 0, by: -1) {
            order.swapAt(last, nextInteger(below: last + 1))
        }
        return order
    }
}

/// Ten rounds of Philox on one counter block.
///
/// - Parameters:
///   - counter: The four counter words.
///   - key: The two key words.
/// - Returns: Four random words.
package func philox4x32(
    counter: (UInt32, UInt32, UInt32, UInt32),
    key: (UInt32, UInt32)
) -> (UInt32, UInt32, UInt32, UInt32) {
    var (c, k) = (counter, key)
    for _ in 0..<10 {
        let first = UInt64(0xD251_1F53) * UInt64(c.0)
        let second = UInt64(0xCD9E_8D57) * UInt64(c.2)
        c = (
            UInt32(second >> 32) ^ c.1 ^ k.0, UInt32(truncatingIfNeeded: second),
            UInt32(first >> 32) ^ c.3 ^ k.1, UInt32(truncatingIfNeeded: first)
        )
        k = (k.0 &+ 0x9E37_79B9, k.1 &+ 0xBB67_AE85)
    }
    return c
}
