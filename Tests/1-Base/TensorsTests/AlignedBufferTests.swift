import Tensors
import Testing

@Suite(.timeLimit(.minutes(10))) struct AlignedBufferTests {
    @Test(arguments: [0, 1, 15, 16, 17, 1000])
    func buffersAreZeroAndStartOnACacheLine(count: Int) {
        // Reused memory must be zeroed, too.
        for _ in 0..<3 {
            let buffer = AlignedBuffer(count: count)
            #expect(buffer.count == count)
            #expect(buffer.slice.array == [Float](repeating: 0, count: count))
            #expect(Int(bitPattern: buffer.slice.base) % AlignedBuffer.alignment == 0)
            buffer.slice.fill(1)
        }
    }

    @Test(arguments: [(0, 0), (1, 16), (16, 16), (17, 32), (4096, 4096)])
    func countsAreRoundedUpToCacheLines(count: Int, aligned: Int) {
        #expect(AlignedBuffer.aligned(count) == aligned)
    }
}
