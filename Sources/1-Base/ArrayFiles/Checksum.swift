import CZlib

/// Checksums against damage, not against forgery.
package enum Checksum {
    /// CRC-32 as in gzip and PNG (RFC 1952, section 8).
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - start: The checksum of the preceding bytes; by default there are none.
    /// - Returns: The checksum.
    package static func crc32(_ bytes: UnsafeRawBufferPointer, continuing start: UInt32 = 0) -> UInt32 {
        var checksum = UInt(start)
        var rest = bytes
        while !rest.isEmpty {
            let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
            checksum = CZlib.crc32(
                checksum,
                piece.baseAddress?.assumingMemoryBound(to: UInt8.self),
                UInt32(piece.count)
            )
            rest = UnsafeRawBufferPointer(rebasing: rest[piece.count...])
        }
        return UInt32(truncatingIfNeeded: checksum)
    }
}
