package import Tensors

/// Fills a slice with numbers whose sum depends on the order of additions: signs are mixed and magnitudes span 16
/// binary orders.
///
/// - Parameters:
///   - slice: Receives the numbers.
///   - shard: Each shard gets different numbers.
///   - step: Each step gets different numbers.
package func fillWithTestGradient(_ slice: TensorSlice, shard: Int, step: Int) {
    for index in 0..<slice.count {
        var bits = UInt64(index) &* 0x9e37_79b9_7f4a_7c15 ^ UInt64(shard + 1) << 32 ^ UInt64(step + 1) << 48
        bits = (bits ^ bits >> 31) &* 0xbf58_476d_1ce4_e5b9
        bits ^= bits >> 27
        let exponent = UInt32(bits >> 40 & 15) + 119
        slice[index] = Float(bitPattern: UInt32(bits >> 63) << 31 | exponent << 23 | UInt32(bits & 0x7f_ffff))
    }
}
