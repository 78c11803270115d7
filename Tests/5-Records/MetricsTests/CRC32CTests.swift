import Metrics
import Testing

@Suite(.timeLimit(.minutes(10))) struct CRC32CTests {
    /// "123456789" is the catalogue's check value; the others are from RFC 3720, appendix B.4.
    @Test(
        arguments: [
            (Array("123456789".utf8), 0xE306_9283), ([], 0), ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
            ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43), (Array(0...31), 0x46DD_794E),
            ((0...31).reversed(), 0x113F_DB5C),
        ] as [([UInt8], UInt32)]
    )
    func hasTheKnownValues(bytes: [UInt8], checksum: UInt32) {
        #expect(CRC32C.checksum(bytes) == checksum)
    }

    @Test func isMaskedAsInTensorFlow() {
        // 0xE3069283 rotated right by 15 bits is 0x2507C60D; plus 0xA282EAD8 this is 0xC78AB0E5.
        #expect(CRC32C.maskedChecksum(Array("123456789".utf8)) == 0xC78A_B0E5)
    }
}
