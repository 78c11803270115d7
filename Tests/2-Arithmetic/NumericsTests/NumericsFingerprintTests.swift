import Kernels
import Numerics
import Testing

@Suite(.timeLimit(.minutes(10))) struct NumericsFingerprintTests {
    @Test func twoMeasurementsAreTheSame() {
        BLAS.useOneThread()
        let first = NumericsFingerprint()
        #expect(NumericsFingerprint() == first)
        #expect(first.text.count == 16)
    }

    @Test func everyPartIsMeasuredSeparately() {
        let fingerprint = NumericsFingerprint()
        #expect(Set(fingerprint.digests.values).count == NumericsFingerprint.Part.allCases.count)
    }

    @Test(arguments: NumericsFingerprint.Part.allCases)
    func aDifferentBitInAnyPartChangesTheFingerprint(part: NumericsFingerprint.Part) {
        let fingerprint = NumericsFingerprint()
        var digests = fingerprint.digests
        digests[part, default: 0] ^= 1
        #expect(NumericsFingerprint(digests: digests).text != fingerprint.text)
    }

    @Test func aDigestDependsOnOrderAndSign() {
        func digest(_ numbers: [Float]) -> UInt64 {
            var digest = Digest()
            numbers.withUnsafeBufferPointer { digest.add($0) }
            return digest.value
        }
        #expect(Set([[1, 2], [2, 1], [-1, 2], [1, 2, 0], [1, 2, -0.0]].map(digest)).count == 5)
    }
}
