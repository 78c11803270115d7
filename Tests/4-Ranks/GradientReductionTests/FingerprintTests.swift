import GradientReduction
import Tensors
import Testing

@Suite(.timeLimit(.minutes(10))) struct FingerprintTests {
    @Test(arguments: [1, 2, 15, 16, 17, 31, 1000])
    func everyFloatChangesTheFingerprint(count: Int) {
        let buffer = AlignedBuffer(count: count)
        var digests: Set = [fingerprint(of: buffer.slice)]
        for index in 0..<count {
            buffer.slice[index] = -0.0
            digests.insert(fingerprint(of: buffer.slice))
            buffer.slice[index] = 0
        }
        #expect(digests.count == count + 1)
    }

    @Test func theOrderChangesTheFingerprint() {
        let buffer = AlignedBuffer(count: 64)
        var digests: Set<UInt64> = []
        for first in 0..<64 {
            for second in 0..<64 where second != first {
                buffer.slice.fill(0)
                buffer.slice[first] = 1
                buffer.slice[second] = 2
                digests.insert(fingerprint(of: buffer.slice))
            }
        }
        #expect(digests.count == 64 * 63)
    }

    @Test func theLengthChangesTheFingerprint() {
        let buffer = AlignedBuffer(count: 100)
        #expect(Set((0...100).map { fingerprint(of: buffer.slice.prefix($0)) }).count == 101)
    }
}
