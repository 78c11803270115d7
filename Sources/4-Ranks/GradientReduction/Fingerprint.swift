package import Tensors

/// A 64-bit digest of the bits of floats.
///
/// Two slices that differ in exactly one float never have the same digest.
///
/// Eight chains of multiplications run side by side over 64-bit lanes. They are integers, so the digest doesn't depend
/// on vector width or threads. The multiplier is that of MurmurHash64A (Appleby 2008).
///
/// - Parameter slice: The floats.
/// - Returns: The digest.
package func fingerprint(of slice: TensorSlice) -> UInt64 {
    let multiplier: UInt64 = 0xc6a4_a793_5bd1_e995
    // Each step is a bijection of the accumulator, so that a difference in one lane is never lost.
    func mixed(_ accumulator: UInt64, _ lane: UInt64) -> UInt64 {
        let product = (accumulator ^ lane) &* multiplier
        return product << 31 | product >> 33
    }
    let bytes = UnsafeRawPointer(slice.base)
    let laneCount = slice.count / 2
    var (a, b, c, d): (UInt64, UInt64, UInt64, UInt64) = (1, 2, 3, 4)
    var (e, f, g, h): (UInt64, UInt64, UInt64, UInt64) = (5, 6, 7, 8)
    var lane = 0
    while lane + 8 <= laneCount {
        let at = bytes + lane * 8
        a = mixed(a, at.loadUnaligned(as: UInt64.self))
        b = mixed(b, at.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        c = mixed(c, at.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
        d = mixed(d, at.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
        e = mixed(e, at.loadUnaligned(fromByteOffset: 32, as: UInt64.self))
        f = mixed(f, at.loadUnaligned(fromByteOffset: 40, as: UInt64.self))
        g = mixed(g, at.loadUnaligned(fromByteOffset: 48, as: UInt64.self))
        h = mixed(h, at.loadUnaligned(fromByteOffset: 56, as: UInt64.self))
        lane += 8
    }
    for index in lane * 2..<slice.count { a = mixed(a, UInt64(slice.base[index].bitPattern)) }
    return [a, b, c, d, e, f, g, h].reduce(0) { mixed($0, $1) }
}
